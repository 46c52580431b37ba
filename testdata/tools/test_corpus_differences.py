"""python3 -m unittest discover testdata/tools"""

import unittest

from corpus_differences import DIFFERENCES, Excuse, excuse, excuses, language

PAGE = """
# Differences

`silent: NOT_AN_ENTRY` in a text.

## ec2

- Checkov: disks of launch
  configurations. `silent: CKV_AWS_3, CKV_AWS_8@tf x2`
- Another. `reports: W2`

| silent | what |
|--:|---|
| 3 | A row. `silent: EC2EBSVolumeEncrypted x3` |
"""


def case(kind, check, file="a.tf"):
    return {"kind": kind, "source": "some", "source_check_id": check, "file": file, "language": language(file)}


class Notation(unittest.TestCase):
    def test_items_and_rows_are_entries_and_text_is_none(self):
        found = [(one.kind, one.id, one.language, one.count) for one in excuses(PAGE)]
        self.assertEqual(
            found,
            [
                ("FN", "CKV_AWS_3", None, 1),
                ("FN", "CKV_AWS_8", "tf", 2),
                ("FP", "W2", None, 1),
                ("FN", "EC2EBSVolumeEncrypted", None, 3),
            ],
        )
        self.assertEqual({one.entry.split(":")[0] for one in excuses(PAGE)}, {"ec2"})

    def test_what_is_no_id_is_an_error(self):
        with self.assertRaises(ValueError):
            list(excuses("- An entry. `silent: CKV_AWS_3 x`"))

    def test_the_page_itself_is_in_the_notation(self):
        self.assertTrue(list(excuses(DIFFERENCES.read_text(encoding="utf-8"))))


class Excused(unittest.TestCase):
    def test_no_more_cases_than_the_entry_says(self):
        cases = [case("FN", "A"), case("FN", "A"), case("FN", "A"), case("FP", "A"), case("FN", "B")]
        by_source, by_entry, left, outdated = excuse(cases, [Excuse("entry", "FN", "A", None, 2)])
        self.assertEqual(by_source, {("some", "FN"): 2})
        self.assertEqual(by_entry, {"entry": 2})
        self.assertEqual([(one["kind"], one["source_check_id"]) for one in left], [("FN", "A"), ("FP", "A"), ("FN", "B")])
        self.assertEqual(outdated, [])

    def test_a_number_that_is_too_high_is_outdated(self):
        one = Excuse("entry", "FN", "A", None, 2)
        self.assertEqual(excuse([case("FN", "A")], [one])[3], [(one, 1)])

    def test_a_language_is_a_condition(self):
        cases = [case("FN", "A", "x/cfn/a.json"), case("FN", "A", "x/a.tf")]
        _, _, left, _ = excuse(cases, [Excuse("entry", "FN", "A", "cfn", 1)])
        self.assertEqual([one["file"] for one in left], ["x/a.tf"])


if __name__ == "__main__":
    unittest.main()
