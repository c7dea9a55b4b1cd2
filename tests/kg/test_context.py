"""Tallies, and the fate of each record that a reader takes."""

from __future__ import annotations

from collections import Counter

from kg.context import EXAMPLES_KEPT, Account, Context, Tally


class TestTally:
    def test_reasons_come_by_count_with_a_few_different_examples(self) -> None:
        tally = Tally()
        for number in range(12):
            tally.add("many", f"example {number // 2}")
        tally.add("few", "x")
        first, second = tally.to_json()
        assert (first["reason"], first["count"]) == ("many", 12)
        assert first["examples"] == [f"example {number}" for number in range(EXAMPLES_KEPT)]
        assert second == {"reason": "few", "count": 1, "examples": ["x"]}


class TestRecords:
    @staticmethod
    def account_of(*fates: str) -> Account:
        """The account after records of these fates: an item, a reason (of either tally), taught, or nothing."""
        context = Context()
        for fate in context.records(fates):
            if fate == "item":
                context.account.items += 1
            elif fate == "taught":
                context.teach()
            elif fate.startswith("out"):
                context.left_out.add(fate, "example")
            elif fate.startswith("unresolved"):
                context.unresolved.add(fate, "example")
        return context.account

    def test_each_record_has_one_fate(self) -> None:
        account = self.account_of(
            "item", "out: obsolete", "nothing", "taught", "unresolved drug", "out: obsolete", "item"
        )
        assert (account.read, account.used, account.unexplained) == (7, 3, 1)
        assert account.left_out == Counter({"out: obsolete": 2, "unresolved drug": 1})

    def test_a_record_of_several_rows_counts_as_them(self) -> None:
        context = Context()
        for _ in context.records([[1, 2], [3]], size=len):
            context.account.items += 1
        assert (context.account.read, context.account.used) == (3, 3)

    def test_a_part_that_is_left_out_leaves_its_record_used(self) -> None:
        context = Context()
        for _ in context.records(["row"]):
            context.account.items += 1
            context.left_out.add("one of its drugs", "x")
        assert (context.account.used, context.account.left_out) == (1, Counter())
        assert context.left_out.counts == {"one of its drugs": 1}
