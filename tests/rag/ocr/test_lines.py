from __future__ import annotations

import numpy as np

from rag.ocr.leaders import Leader
from rag.ocr.lines import group_lines


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray:
    return np.array([[(a, t), (b, t), (b, u), (a, u)] for a, t, b, u in rows], np.float32)


def test_no_box_makes_no_line():
    assert group_lines(np.zeros((0, 4, 2), np.float32)) == []


def test_pieces_of_a_line_come_left_to_right_and_lines_top_to_bottom():
    quads = boxes((300, 52, 500, 72), (50, 10, 500, 30), (50, 50, 290, 70))
    assert group_lines(quads) == [[1], [2, 0]]


def test_a_page_number_stays_with_its_title():
    quads = boxes((50, 10, 250, 30), (600, 10, 625, 30))
    assert group_lines(quads) == [[0, 1]]


def test_leader_dots_hold_two_long_boxes_together():
    quads = boxes((50, 10, 250, 30), (500, 10, 700, 30))
    assert group_lines(quads) == [[0], [1]]
    assert group_lines(quads, [Leader(25, 260, 490)]) == [[0, 1]]


def test_two_columns_are_never_one_line_even_where_a_paragraph_ends():
    rows = []
    for i in range(6):
        y = 10 + 30 * i
        rows += [(50, y, 90 if i == 3 else 300, y + 20), (340, y, 600, y + 20)]
    assert all(len(line) == 1 for line in group_lines(boxes(*rows)))


def test_a_slanted_line_is_one_line():
    def slanted(left, right, base):
        slope = 0.05
        top = [(left, base + slope * left), (right, base + slope * right)]
        return [*top, (right, top[1][1] + 20), (left, top[0][1] + 20)]

    quads = np.array(
        [slanted(0, 490, 0), slanted(500, 900, 0), slanted(0, 480, 30), slanted(490, 900, 30)],
        np.float32,
    )
    assert group_lines(quads) == [[0, 1], [2, 3]]
