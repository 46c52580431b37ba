package trilith.mwaa_logs_off

import data.trilith

logs := ["WebserverLogs", "TaskLogs", "SchedulerLogs", "WorkerLogs", "DagProcessingLogs"]

off := [path |
	some log in logs
	path := concat("/", ["LoggingConfiguration", log, "Enabled"])
	is_off(log, path)
]

is_off("TaskLogs", path) if trilith.may_be_false(input, path)

is_off(log, path) if {
	log != "TaskLogs"
	not trilith.is_true(trilith.property(input, path))
}

known := [path | some path in off; trilith.known(input, path)]

# The first that is off, and all of which it is not known.
paths contains known[0]

paths contains path if {
	some path in off
	not path in known
}

deny contains {"path": path, "message": msg, "label": "no log"} if {
	some path in paths
	msg := sprintf("`%s` does not keep all logs of Airflow", [input.name])
}
