"""Typed contracts: from a model's tables to a protobuf service of its own, with numbers that never move.

``shape_of`` makes of a model what it promises, ``advance`` gives it names and numbers that go on from those before,
``file_of`` makes the descriptor and ``proto_text`` the text. What a change does to callers is told as problems.
"""
