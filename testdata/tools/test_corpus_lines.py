"""python3 -m unittest discover testdata/tools"""

import unittest

from corpus_findings import places
from corpus_lines import end_of, hits, measure

YAML = """
Type: AWS::IAM::Role
Properties:
  PolicyDocument:
    Statement:
    - Effect: Allow
      Action: '*'
  Tags: []
""".strip().splitlines()

HCL = """
resource "aws_iam_policy" "it" {
  policy = <<EOF
{"Statement": [
  {"Action": "*"}]}
EOF
  name = "it"
  ingress {
    cidr_blocks = ["0.0.0.0/0"]
  }
}
""".strip().splitlines()


class Ends(unittest.TestCase):
    def test_yaml_ends_with_what_is_indented_more(self):
        self.assertEqual(end_of(YAML, 3), 6)
        self.assertEqual(end_of(YAML, 4), 6)

    def test_a_value_on_its_line_opens_nothing(self):
        self.assertEqual(end_of(YAML, 1), 1)
        self.assertEqual(end_of(HCL, 6), 6)

    def test_heredocs_end_at_their_mark_and_blocks_at_their_bracket(self):
        self.assertEqual(end_of(HCL, 2), 5)
        self.assertEqual(end_of(HCL, 7), 9)


class Shares(unittest.TestCase):
    def test_a_value_inside_is_within_and_not_near(self):
        case = {"line": 3, "res_start": 1, "res_end": 7}
        self.assertEqual(
            measure(case, [6], YAML), {"exact": False, "near": False, "within": True, "resource": True}
        )

    def test_a_line_before_or_behind_is_not(self):
        case = {"line": 3, "res_start": 2, "res_end": 7}
        self.assertEqual(
            measure(case, [1], YAML), {"exact": False, "near": False, "within": False, "resource": False}
        )


class Hits(unittest.TestCase):
    def test_a_heading_is_told_and_is_not_the_place_to_change(self):
        def span(line):
            return {"start": {"line": line}}

        finding = {"path": "t", "span": span(6), "address": "Role", "instances": [], "related": []}
        finding["within"] = {"name": "PolicyDocument", "span": span(3)}
        found = [({"stars"}, resource, line, primary) for _, resource, line, primary in places(finding, True)]
        case = {"cluster": "stars", "resource": "Role", "res_start": 1, "res_end": 7}
        self.assertEqual(list(hits(case, found, lambda name: name)), [(6, True), (3, False)])
        self.assertEqual([place[2] for place in places(finding, False)], [6])


if __name__ == "__main__":
    unittest.main()
