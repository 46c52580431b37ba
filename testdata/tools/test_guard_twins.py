"""python3 -m unittest discover testdata/tools"""

import io
import json
import unittest

from guard_inputs import Input, named_settings, read_yaml, rule_names, variations, worded
from guard_twins import Pair, read_verdicts, report
from mapping_tables import Names, read_steps, read_tables, snake
from terraform_twin import twin
from terraform_words import NoTwin

TABLES = read_tables()


def module_of(kind, properties, **template):
    return twin({"Resources": {"It": {"Type": kind, "Properties": properties}}, **template}, TABLES)


def resources_of(kind, properties):
    return module_of(kind, properties).module["resource"]


class Tables(unittest.TestCase):
    def test_rows_are_completed_by_names_that_are_alike(self):
        rows = {row.name: row for row in TABLES["aws_cloudtrail"].rows}
        self.assertEqual([step.name for step in rows["kms_key_id"].steps], ["KMSKeyId"])
        self.assertEqual([step.name for step in rows["enable_logging"].steps], ["IsLogging"])
        self.assertNotIn("tags_all", rows)

    def test_paths_name_members_and_elements(self):
        kinds = [(step.name, step.kind) for step in read_steps("A/B[]/C[1]/D[E=f/g]/H[i.j]")]
        self.assertEqual(kinds, [("A", "key"), ("B", "each"), ("C", "at"), ("D", "where"), ("H", "pair")])

    def test_words_are_told_apart(self):
        self.assertEqual(snake("IPSetReferenceStatement"), "ip_set_reference_statement")


class Twins(unittest.TestCase):
    def test_parts_are_resources_of_their_own(self):
        found = resources_of("AWS::S3::Bucket", {"BucketName": "b", "VersioningConfiguration": {"Status": "Enabled"}})
        self.assertEqual(found["aws_s3_bucket"]["It"], {"bucket": "b"})
        [part] = found["aws_s3_bucket_versioning"].values()
        self.assertEqual(part, {"bucket": "${aws_s3_bucket.It.id}", "versioning_configuration": {"status": "Enabled"}})

    def test_lists_of_keys_and_values_are_attributes(self):
        attributes = [{"Key": "access_logs.s3.enabled", "Value": "true"}, {"Key": "other", "Value": "1"}]
        found = module_of("AWS::ElasticLoadBalancingV2::LoadBalancer", {"LoadBalancerAttributes": attributes})
        self.assertEqual(found.module["resource"]["aws_lb"]["It"], {"access_logs": {"enabled": "true"}})
        kind = "AWS::ElasticLoadBalancingV2::LoadBalancer.LoadBalancerAttributes.1"
        self.assertEqual(found.left_out, [f"{kind}.Key", f"{kind}.Value"])

    def test_the_type_is_the_one_that_says_most(self):
        member = resources_of("AWS::RDS::DBInstance", {"DBClusterIdentifier": "c", "Engine": "aurora-mysql"})
        self.assertEqual(list(member), ["aws_rds_cluster_instance"])
        windows = resources_of("AWS::FSx::FileSystem", {"FileSystemType": "WINDOWS", "StorageCapacity": 1})
        self.assertEqual(windows, {"aws_fsx_windows_file_system": {"It": {"storage_capacity": 1}}})

    def test_several_parents_are_several_resources(self):
        found = resources_of("AWS::IAM::Policy", {"PolicyName": "p", "PolicyDocument": {}, "Roles": ["a", "b"]})
        roles = [policy["role"] for policy in found["aws_iam_role_policy"].values()]
        self.assertEqual(roles, ["a", "b"])

    def test_rules_of_a_group_name_their_peers_in_lists(self):
        rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/8"}
        found = resources_of("AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [rule]})
        [block] = found["aws_security_group"]["It"]["ingress"]
        told = {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["10.0.0.0/8"]}
        self.assertEqual(block, told)

    def test_each_element_that_a_part_speaks_of_is_one_part(self):
        listeners = [{"LoadBalancerPort": port, "Protocol": "SSL", "PolicyNames": [port]} for port in ("1", "2")]
        found = module_of("AWS::ElasticLoadBalancing::LoadBalancer", {"Listeners": listeners})
        parts = found.module["resource"]["aws_load_balancer_listener_policy"].values()
        told = [(part["load_balancer_port"], part["policy_names"]) for part in parts]
        self.assertEqual(told, [("1", ["1"]), ("2", ["2"])])
        self.assertEqual(found.left_out, [])

    def test_settings_of_methods_name_a_path(self):
        settings = [{"ResourcePath": "/a", "HttpMethod": "GET", "CachingEnabled": True}, {"CachingEnabled": False}]
        found = resources_of("AWS::ApiGateway::Stage", {"StageName": "s", "MethodSettings": settings})
        paths = [part["method_path"] for part in found["aws_api_gateway_method_settings"].values()]
        self.assertEqual(paths, ["a/GET", "*/*"])

    def test_a_list_is_spoken_of_by_an_attribute_or_by_blocks(self):
        interfaces = [{"AssociatePublicIpAddress": True, "DeviceIndex": "0"}]
        found = module_of("AWS::EC2::Instance", {"NetworkInterfaces": interfaces})
        self.assertEqual(found.module["resource"]["aws_instance"]["It"], {"associate_public_ip_address": True})
        self.assertEqual(found.left_out, ["AWS::EC2::Instance.NetworkInterfaces.0.DeviceIndex"])

    def test_documents_are_text(self):
        document = {"Statement": [{"Resource": {"Fn::Sub": "arn:aws:s3:::b/${!aws:username}"}}]}
        found = resources_of("AWS::S3::BucketPolicy", {"Bucket": "b", "PolicyDocument": document})
        told = json.loads(found["aws_s3_bucket_policy"]["It"]["policy"])
        self.assertEqual(told["Statement"][0]["Resource"], "arn:aws:s3:::b/$${aws:username}")


class References(unittest.TestCase):
    def test_they_name_attributes(self):
        key = {"Type": "AWS::KMS::Key", "Properties": {}}
        topic = {"Type": "AWS::SNS::Topic", "Properties": {"KmsMasterKeyId": {"Fn::GetAtt": ["Key", "Arn"]}}}
        found = twin({"Resources": {"Key": key, "Topic": topic}}, TABLES).module["resource"]
        self.assertEqual(found["aws_sns_topic"]["Topic"], {"kms_master_key_id": "${aws_kms_key.Key.arn}"})

    def test_parameters_are_variables_and_what_is_not_there_comes_from_outside(self):
        parameters = {"Name": {"Type": "String", "NoEcho": True, "Default": "x"}}
        found = module_of("AWS::SQS::Queue", {"QueueName": {"Ref": "Name"}}, Parameters=parameters).module
        self.assertEqual(found["variable"], {"Name": {"type": "string", "default": "x", "sensitive": True}})
        found = module_of("AWS::SQS::Queue", {"QueueName": {"Ref": "Elsewhere"}}).module
        self.assertNotIn("variable", found)
        name = found["resource"]["aws_sqs_queue"]["It"]["name"]
        self.assertEqual(name, "${data.terraform_remote_state.outside.outputs.Elsewhere}")

    def test_choices_and_mappings_are_expressions(self):
        conditions = {"Big": {"Fn::Equals": [{"Ref": "Size"}, "big"]}}
        choice = {"Fn::If": ["Big", "a", {"Ref": "AWS::NoValue"}]}
        own = {"Conditions": conditions, "Parameters": {"Size": {}}}
        found = module_of("AWS::SQS::Queue", {"QueueName": choice}, **own).module
        self.assertEqual(found["resource"]["aws_sqs_queue"]["It"]["name"], '${var.Size == "big" ? "a" : null}')
        looked_up = {"Fn::FindInMap": ["Names", {"Ref": "Size"}, "Name"]}
        names = {"Names": {"big": {"Name": "b"}}}
        found = module_of("AWS::SQS::Queue", {"QueueName": looked_up}, Mappings=names, Parameters={"Size": {}}).module
        self.assertEqual(found["resource"]["aws_sqs_queue"]["It"]["name"], '${local.Names[var.Size]["Name"]}')
        self.assertEqual(found["locals"], names)

    def test_a_dynamic_reference_is_read_from_elsewhere(self):
        password = {"Fn::Sub": "{{resolve:secretsmanager:${Secret}::password}}"}
        found = resources_of("AWS::RDS::DBInstance", {"MasterUserPassword": password, "Engine": "mysql"})
        secret = "${data.aws_secretsmanager_secret_version.d0.secret_string}"
        self.assertEqual(found["aws_db_instance"]["It"]["password"], secret)

    def test_what_has_no_type_has_no_twin(self):
        with self.assertRaises(NoTwin):
            module_of("AWS::Some::Thing", {})


class Inputs(unittest.TestCase):
    def test_tags_are_functions_and_dates_are_text(self):
        told = read_yaml("{Version: 2012-10-17, Arn: !GetAtt A.Arn, On: yes, Off: false}")
        arn = {"Fn::GetAtt": ["A", "Arn"]}
        self.assertEqual(told, {"Version": "2012-10-17", "Arn": arn, "On": "yes", "Off": False})

    def test_variations_lack_a_property_or_have_the_other_value(self):
        template = {"Resources": {"A": {"Type": "T", "Properties": {"On": True, "In": {"Name": {"Ref": "B"}}}}}}
        told = [own["Resources"]["A"]["Properties"] for _, own in variations(template, {"T"})]
        name = {"In": {"Name": {"Ref": "B"}}}
        self.assertEqual(told, [{"On": True, "In": {}}, {"On": True}, {"On": False, **name}])

    def test_words_of_a_rule_are_properties_with_values(self):
        rule = "rule x { # Size\n Logs { Level in ['A']\n Days >= 7 } << Other >> }"
        logs = Names("o", inner={"Level": Names("s"), "Days": Names("i")})
        names = Names("o", inner={"Logs": logs, "Size": Names("s"), "Other": Names("s")})
        told = {path[-1][0]: values for path, values in named_settings(rule.replace(" # Size", ""), names)}
        self.assertEqual(told, {"Level": ["A", "example"], "Days": [7, 1, 1000]})
        whole = {"Logs": {"Level": "A", "Days": 7}}
        [_, first] = next(iter(worded(rule, "T", Names("o", inner={"Logs": logs}))))
        self.assertEqual(first["Resources"]["It"]["Properties"], whole)

    def test_rules_with_parameters_are_not_asked(self):
        self.assertEqual(rule_names("rule B when %x {}\nrule a(b) {}\nrule A {}\nrule a_b (c) {}"), ["A", "B"])


class Verdicts(unittest.TestCase):
    def test_a_mark_tells_that_a_rule_passed(self):
        printed = [
            "in/cfn0/template.json:1:1: warning[twins_ran_R] `Resources.twins_ran_ exists` does not hold",
            "in/tf0/main.tf.json:1:9: warning[R] it is open (aws_it.it)",
            "in/tf1/main.tf.json:1:9: unknown[R] aws_it.it : rests on an unknown value",
            "1 warning in 2 files",
        ]
        told = {(0, "cfn", "R"): "PASS", (0, "tf", "R"): "FAIL", (1, "tf", "R"): "UNKNOWN"}
        self.assertEqual(read_verdicts("\n".join(printed)), told)

    def test_a_file_agrees_if_a_failing_and_a_passing_input_do(self):
        def pair(original, other, **rest):
            return Pair("R", Input("i", {}, {"R": original}), original=original, twin=other, **rest)

        out = io.StringIO()
        same = [pair("FAIL", "FAIL"), pair("PASS", "UNKNOWN")]
        differs = [pair("FAIL", "FAIL"), pair("PASS", "FAIL", left_out=["T.P"]), pair("PASS", "", reason="why")]
        report({"a.guard": same, "b.guard": differs}, out)
        text = out.getvalue()
        self.assertIn("agrees     2 pairs    2 same    0 differ    0 without a twin  a.guard (FAIL, PASS)", text)
        self.assertIn("OPEN       3 pairs    1 same    1 differ    1 without a twin  b.guard (FAIL)", text)
        self.assertIn("b.guard R i: PASS and FAIL; not said: T.P", text)
        self.assertIn("    1 without a twin: why", text)
        self.assertIn("1 of 2 files agree on a failing and a passing input; 0 of them", text)


if __name__ == "__main__":
    unittest.main()
