"""Rooms: who looked at what of an auction, and questions that everybody reads the answer of."""

from marketplace.rooms.asking import answer, ask, own_question_ids, questions_of
from marketplace.rooms.models import Looked, Question, QuestionAsker, RoomView
from marketplace.rooms.papers import tape_workbook
from marketplace.rooms.viewing import Heat, ViewLine, heat_of, note_view, view_lines

__all__ = [
    "Heat",
    "Looked",
    "Question",
    "QuestionAsker",
    "RoomView",
    "ViewLine",
    "answer",
    "ask",
    "heat_of",
    "note_view",
    "own_question_ids",
    "questions_of",
    "tape_workbook",
    "view_lines",
]
