"""From hits to sentences with their proof."""
