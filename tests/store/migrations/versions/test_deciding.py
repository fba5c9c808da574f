from sqlalchemy import inspect

from cloison.store.database import Database


def test_decisions_take_the_place_of_plans_and_approvals(tmp_path):
    with Database.at(tmp_path).read() as connection:
        made = set(inspect(connection).get_table_names())
    assert made >= {"decisions", "declarations", "forms"}
    assert not made & {"plans", "approvals"}
