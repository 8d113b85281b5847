BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('7d34483879f0');
CREATE TABLE assessments (
	assessment_id VARCHAR(50) NOT NULL, 
	trace_id VARCHAR(50) NOT NULL, 
	name VARCHAR(250) NOT NULL, 
	assessment_type VARCHAR(20) NOT NULL, 
	value TEXT NOT NULL, 
	error TEXT, 
	created_timestamp BIGINT NOT NULL, 
	last_updated_timestamp BIGINT NOT NULL, 
	source_type VARCHAR(50) NOT NULL, 
	source_id VARCHAR(250), 
	run_id VARCHAR(32), 
	span_id VARCHAR(50), 
	rationale TEXT, 
	overrides VARCHAR(50), 
	valid BOOLEAN NOT NULL, 
	assessment_metadata TEXT, 
	CONSTRAINT assessments_pk PRIMARY KEY (assessment_id), 
	CONSTRAINT fk_assessments_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
INSERT INTO "assessments" VALUES('a-39b7cf6afdac444398ea43ba00bee6bc','tr-00000000000000000000000000000001','correct','feedback','false',NULL,1795758967745,1795758967745,'HUMAN','ana',NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "assessments" VALUES('a-4c7748f9cccf49b2a06ee82898bfbc8e','tr-00000000000000000000000000000001','correct','feedback','true',NULL,1795758967821,1795758967821,'HUMAN','ana',NULL,NULL,'looked again, höher','a-39b7cf6afdac444398ea43ba00bee6bc',1,NULL);
INSERT INTO "assessments" VALUES('a-9ce423b104d74b2a9d32ffca30286c1b','tr-00000000000000000000000000000001','score','feedback','0.5',NULL,1795758967881,1795758967881,'HUMAN','ana',NULL,NULL,NULL,NULL,1,'{"round": "2", "mlflow.trace.session": "s1"}');
INSERT INTO "assessments" VALUES('a-0f92536407e649f9b02fec2124f93c2d','tr-00000000000000000000000000000001','labels','feedback','["a", "b"]',NULL,1795758967908,1795758967908,'HUMAN','ana',NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-5d555b8acfb2423fbd35860607062ecf','tr-00000000000000000000000000000002','judged','feedback','null','{"error_code": "RATE_LIMIT", "error_message": "later", "stack_trace": null}',1795758967956,1795758967956,'HUMAN','ana',NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-f503173c3fbe4545ac2875c30d90db86','tr-00000000000000000000000000000002','answer','expectation','"forty-two \u00e9"',NULL,1795758968082,1795758968082,'HUMAN','ana',NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-6b715891aa8c4bdba243776f2074de7c','tr-00000000000000000000000000000002','facts','expectation','{"a": [1, 2]}',NULL,1795758968160,1795758968160,'HUMAN','ana',NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-b1ba7653bed74e1b9a902070c27412c1','tr-00000000000000000000000000000002','iss-4c4ee57eb9184e83ab55f73431361018','issue','{"issue_name": "slow"}',NULL,1795758968275,1795758968275,'HUMAN','ana',NULL,NULL,'20 ms',NULL,1,NULL);
CREATE TABLE budget_policies (
	budget_policy_id VARCHAR(36) NOT NULL, 
	budget_unit VARCHAR(32) NOT NULL, 
	budget_amount FLOAT NOT NULL, 
	duration_unit VARCHAR(32) NOT NULL, 
	duration_value INTEGER NOT NULL, 
	target_scope VARCHAR(32) NOT NULL, 
	budget_action VARCHAR(32) NOT NULL, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT budget_policies_pk PRIMARY KEY (budget_policy_id)
);
CREATE TABLE "datasets" (
	dataset_uuid VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	digest VARCHAR(36) NOT NULL, 
	dataset_source_type VARCHAR(36) NOT NULL, 
	dataset_source TEXT NOT NULL, 
	dataset_schema TEXT, 
	dataset_profile TEXT, 
	CONSTRAINT dataset_pk PRIMARY KEY (experiment_id, name, digest), 
	CONSTRAINT fk_datasets_experiment_id_experiments FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
INSERT INTO "datasets" VALUES('2e027601f56a49e4b3aee524008facfa',1,'sp500','d1','local','{}','{"mlflow_colspec": []}','{"num_rows": 5}');
INSERT INTO "datasets" VALUES('392aecc570964606a7f13b772d8bbc42',1,'Überprüfung','D_2','http','{"url": "https://data.example/x"}',NULL,NULL);
CREATE TABLE endpoint_bindings (
	endpoint_id VARCHAR(36) NOT NULL, 
	resource_type VARCHAR(50) NOT NULL, 
	resource_id VARCHAR(255) NOT NULL, 
	created_at BIGINT NOT NULL, 
	created_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), display_name VARCHAR(255), 
	CONSTRAINT endpoint_bindings_pk PRIMARY KEY (endpoint_id, resource_type, resource_id), 
	CONSTRAINT fk_endpoint_bindings_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE
);
CREATE TABLE endpoint_model_mappings (
	mapping_id VARCHAR(36) NOT NULL, 
	endpoint_id VARCHAR(36) NOT NULL, 
	model_definition_id VARCHAR(36) NOT NULL, 
	weight FLOAT NOT NULL, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, linkage_type VARCHAR(64) DEFAULT 'PRIMARY' NOT NULL, fallback_order INTEGER, 
	CONSTRAINT endpoint_model_mappings_pk PRIMARY KEY (mapping_id), 
	CONSTRAINT fk_endpoint_model_mappings_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE, 
	CONSTRAINT fk_endpoint_model_mappings_model_definition_id FOREIGN KEY(model_definition_id) REFERENCES model_definitions (model_definition_id)
);
CREATE TABLE endpoint_tags (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	endpoint_id VARCHAR(36) NOT NULL, 
	CONSTRAINT endpoint_tag_pk PRIMARY KEY ("key", endpoint_id), 
	CONSTRAINT fk_endpoint_tags_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE
);
CREATE TABLE "endpoints" (
	endpoint_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255), 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	routing_strategy VARCHAR(64), 
	fallback_config_json TEXT, 
	experiment_id INTEGER, 
	usage_tracking BOOLEAN DEFAULT '0' NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT endpoints_pk PRIMARY KEY (endpoint_id), 
	CONSTRAINT fk_endpoints_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE SET NULL, 
	CONSTRAINT uq_endpoints_workspace_name UNIQUE (workspace, name)
);
CREATE TABLE entity_associations (
	association_id VARCHAR(36) NOT NULL, 
	source_type VARCHAR(36) NOT NULL, 
	source_id VARCHAR(36) NOT NULL, 
	destination_type VARCHAR(36) NOT NULL, 
	destination_id VARCHAR(36) NOT NULL, 
	created_time BIGINT, 
	CONSTRAINT entity_associations_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)
);
INSERT INTO "entity_associations" VALUES('5e3495f234f94903a5436b851c445c05','trace','tr-00000000000000000000000000000003','run','0005a39534af4e62a2c990f8f4c63ad2',1795758968474);
INSERT INTO "entity_associations" VALUES('a-e760c3583272450eb5e176ca5dc83390','evaluation_dataset','d-f1b98c018a6c4cf09622d1e88945a6f2','experiment','1',1795758968537);
CREATE TABLE "evaluation_dataset_records" (
	dataset_record_id VARCHAR(36) NOT NULL, 
	dataset_id VARCHAR(36) NOT NULL, 
	inputs JSON NOT NULL, 
	expectations JSON, 
	tags JSON, 
	source JSON, 
	source_id VARCHAR(36), 
	source_type VARCHAR(255), 
	created_time BIGINT, 
	last_update_time BIGINT, 
	created_by VARCHAR(255), 
	last_updated_by VARCHAR(255), 
	input_hash VARCHAR(64) NOT NULL, outputs JSON, 
	CONSTRAINT evaluation_dataset_records_pk PRIMARY KEY (dataset_record_id), 
	CONSTRAINT fk_evaluation_dataset_records_dataset_id FOREIGN KEY(dataset_id) REFERENCES evaluation_datasets (dataset_id) ON DELETE CASCADE, 
	CONSTRAINT unique_dataset_input UNIQUE (dataset_id, input_hash)
);
INSERT INTO "evaluation_dataset_records" VALUES('dr-2059fb8d5aa14c0cb1d4277caf5a7312','d-f1b98c018a6c4cf09622d1e88945a6f2','{"question": "why"}','{"answer": "because"}','{"level": "1"}','null',NULL,NULL,1795758968699,1795758968699,NULL,NULL,'7df8be7d81a64e875b84d80135b9dce1797ab2a01a17d71249ccfb9d5a1fce12','{"mlflow_wrapped": {}}');
INSERT INTO "evaluation_dataset_records" VALUES('dr-b2d6921bbab645f8be57b72967d52f26','d-f1b98c018a6c4cf09622d1e88945a6f2','{"question": "wie gro\u00df"}','{}','{}','{"source_type": "HUMAN", "source_data": {"user_name": "ana"}}',NULL,'HUMAN',1795758968699,1795758968699,NULL,NULL,'2416ccce4aee597b3748a5c10c807fca66d49ec8dfa7643c026fcff297998ab2','{"mlflow_wrapped": {}}');
CREATE TABLE evaluation_dataset_tags (
	dataset_id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	value VARCHAR(5000), 
	CONSTRAINT evaluation_dataset_tags_pk PRIMARY KEY (dataset_id, "key"), 
	CONSTRAINT fk_evaluation_dataset_tags_dataset_id FOREIGN KEY(dataset_id) REFERENCES evaluation_datasets (dataset_id) ON DELETE CASCADE
);
INSERT INTO "evaluation_dataset_tags" VALUES('d-f1b98c018a6c4cf09622d1e88945a6f2','team','a');
CREATE TABLE "evaluation_datasets" (
	dataset_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	schema TEXT, 
	profile TEXT, 
	digest VARCHAR(64), 
	created_time BIGINT, 
	last_update_time BIGINT, 
	created_by VARCHAR(255), 
	last_updated_by VARCHAR(255), 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT evaluation_datasets_pk PRIMARY KEY (dataset_id)
);
INSERT INTO "evaluation_datasets" VALUES('d-f1b98c018a6c4cf09622d1e88945a6f2','questions','{"inputs": {"question": "string"}, "outputs": {}, "expectations": {"answer": "string"}, "version": "1.0"}','{"num_records": 2}','d4b43108',1795758968537,1795758968699,NULL,NULL,'default');
CREATE TABLE experiment_tags (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	experiment_id INTEGER NOT NULL, 
	CONSTRAINT experiment_tag_pk PRIMARY KEY ("key", experiment_id), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
INSERT INTO "experiment_tags" VALUES('desk','rates',1);
INSERT INTO "experiment_tags" VALUES('mlflow.note.content','Zinskurve, täglich',1);
CREATE TABLE "experiments" (
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	artifact_location VARCHAR(256), 
	lifecycle_stage VARCHAR(32), 
	creation_time BIGINT, 
	last_update_time BIGINT, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), 
	CONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT uq_experiments_workspace_name UNIQUE (workspace, name)
);
INSERT INTO "experiments" VALUES(0,'Default','mlflow-artifacts:/0','active',1795758929731,1795758929731,'default');
INSERT INTO "experiments" VALUES(1,'rates/curve é','mlflow-artifacts:/1','active',1795758948072,1795758948072,'default');
INSERT INTO "experiments" VALUES(2,'fx','s3://bucket/fx','active',1795758948316,1795758948316,'default');
INSERT INTO "experiments" VALUES(3,'gone','mlflow-artifacts:/3','deleted',1795758948451,1795758948828,'default');
CREATE TABLE guardrail_configs (
	endpoint_id VARCHAR(36) NOT NULL, 
	guardrail_id VARCHAR(36) NOT NULL, 
	execution_order INTEGER, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT guardrail_configs_pk PRIMARY KEY (endpoint_id, guardrail_id), 
	CONSTRAINT fk_guardrail_configs_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE, 
	CONSTRAINT fk_guardrail_configs_guardrail_id FOREIGN KEY(guardrail_id) REFERENCES guardrails (guardrail_id) ON DELETE CASCADE
);
CREATE TABLE guardrails (
	guardrail_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	scorer_id VARCHAR(36) NOT NULL, 
	scorer_version INTEGER NOT NULL, 
	stage VARCHAR(32) NOT NULL, 
	action VARCHAR(32) NOT NULL, 
	action_endpoint_id VARCHAR(36), 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT guardrails_pk PRIMARY KEY (guardrail_id), 
	CONSTRAINT fk_guardrails_scorer_version FOREIGN KEY(scorer_id, scorer_version) REFERENCES scorer_versions (scorer_id, scorer_version), 
	CONSTRAINT fk_guardrails_action_endpoint_id FOREIGN KEY(action_endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE SET NULL
);
CREATE TABLE input_tags (
	input_uuid VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	value VARCHAR(500) NOT NULL, 
	CONSTRAINT input_tags_pk PRIMARY KEY (input_uuid, name)
);
INSERT INTO "input_tags" VALUES('03008887cca8437a9c97e850f939784d','mlflow.data.context','train');
CREATE TABLE inputs (
	input_uuid VARCHAR(36) NOT NULL, 
	source_type VARCHAR(36) NOT NULL, 
	source_id VARCHAR(36) NOT NULL, 
	destination_type VARCHAR(36) NOT NULL, 
	destination_id VARCHAR(36) NOT NULL, step BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT inputs_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)
);
INSERT INTO "inputs" VALUES('03008887cca8437a9c97e850f939784d','DATASET','2e027601f56a49e4b3aee524008facfa','RUN','0005a39534af4e62a2c990f8f4c63ad2',0);
INSERT INTO "inputs" VALUES('4cae4efc36e347fea076acdb18d99fe5','DATASET','392aecc570964606a7f13b772d8bbc42','RUN','0005a39534af4e62a2c990f8f4c63ad2',0);
INSERT INTO "inputs" VALUES('23667335782f4c9e90968a9f3fcbaf01','RUN_OUTPUT','0005a39534af4e62a2c990f8f4c63ad2','MODEL_OUTPUT','m-5da745144a344487a7b818e3c778084a',3);
INSERT INTO "inputs" VALUES('2d50ef23c7354b2a8e4a3b39076b99f5','RUN_INPUT','0005a39534af4e62a2c990f8f4c63ad2','MODEL_INPUT','m-db2503c021df4193a3c11732feec7a80',0);
CREATE TABLE issues (
	issue_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(250) NOT NULL, 
	description TEXT NOT NULL, 
	status VARCHAR(50) NOT NULL, 
	severity VARCHAR(50), 
	root_causes TEXT, 
	source_run_id VARCHAR(32), 
	categories TEXT, 
	created_timestamp BIGINT NOT NULL, 
	last_updated_timestamp BIGINT NOT NULL, 
	created_by VARCHAR(255), 
	CONSTRAINT issues_pk PRIMARY KEY (issue_id), 
	CONSTRAINT fk_issues_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, 
	CONSTRAINT fk_issues_source_run_id FOREIGN KEY(source_run_id) REFERENCES runs (run_uuid) ON DELETE SET NULL
);
INSERT INTO "issues" VALUES('iss-4c4ee57eb9184e83ab55f73431361018',1,'slow','takes long','pending','high','["disk"]',NULL,'["latency"]',1795758968224,1795758968224,NULL);
CREATE TABLE "jobs" (
	id VARCHAR(36) NOT NULL, 
	creation_time BIGINT NOT NULL, 
	job_name VARCHAR(500) NOT NULL, 
	params TEXT NOT NULL, 
	timeout FLOAT, 
	status INTEGER NOT NULL, 
	result TEXT, 
	retry_count INTEGER NOT NULL, 
	last_update_time BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, status_details JSON, 
	CONSTRAINT jobs_pk PRIMARY KEY (id)
);
CREATE TABLE "latest_metrics" (
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT NOT NULL, 
	timestamp BIGINT, 
	step BIGINT NOT NULL, 
	is_nan BOOLEAN NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT latest_metric_pk PRIMARY KEY ("key", run_uuid), 
	CHECK (is_nan IN (0, 1)), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "latest_metrics" VALUES('loss',1.66666666666666664353e-02,1750000001059,59,0,'0005a39534af4e62a2c990f8f4c63ad2');
INSERT INTO "latest_metrics" VALUES('odd',0.0,1750000000000,2,1,'0005a39534af4e62a2c990f8f4c63ad2');
INSERT INTO "latest_metrics" VALUES('before the first',-0.5,1750000000000,-1,0,'0005a39534af4e62a2c990f8f4c63ad2');
INSERT INTO "latest_metrics" VALUES('auc',0.5,1750000000001,1,0,'0005a39534af4e62a2c990f8f4c63ad2');
INSERT INTO "latest_metrics" VALUES('auc',0.0,1750000000000,0,1,'1dfb50ea02b34eac913baa1118385eea');
INSERT INTO "latest_metrics" VALUES('auc',0.5,1750000000000,0,0,'ead7709256e34332a119949b83f165fd');
CREATE TABLE logged_model_metrics (
	model_id VARCHAR(36) NOT NULL, 
	metric_name VARCHAR(500) NOT NULL, 
	metric_timestamp_ms BIGINT NOT NULL, 
	metric_step BIGINT NOT NULL, 
	metric_value FLOAT, 
	experiment_id INTEGER NOT NULL, 
	run_id VARCHAR(32) NOT NULL, 
	dataset_uuid VARCHAR(36), 
	dataset_name VARCHAR(500), 
	dataset_digest VARCHAR(36), 
	CONSTRAINT logged_model_metrics_pk PRIMARY KEY (model_id, metric_name, metric_timestamp_ms, metric_step, run_id), 
	CONSTRAINT fk_logged_model_metrics_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_logged_model_metrics_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE, 
	CONSTRAINT fk_logged_model_metrics_run_id FOREIGN KEY(run_id) REFERENCES runs (run_uuid) ON DELETE CASCADE
);
INSERT INTO "logged_model_metrics" VALUES('m-5da745144a344487a7b818e3c778084a','auc',1750000000000,0,0.75,1,'0005a39534af4e62a2c990f8f4c63ad2',NULL,'sp500','d1');
INSERT INTO "logged_model_metrics" VALUES('m-5da745144a344487a7b818e3c778084a','auc',1750000000001,1,0.5,1,'0005a39534af4e62a2c990f8f4c63ad2',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-db2503c021df4193a3c11732feec7a80','auc',1750000000000,0,0.25,1,'0005a39534af4e62a2c990f8f4c63ad2',NULL,NULL,NULL);
CREATE TABLE logged_model_params (
	model_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	param_key VARCHAR(255) NOT NULL, 
	param_value TEXT NOT NULL, 
	CONSTRAINT logged_model_params_pk PRIMARY KEY (model_id, param_key), 
	CONSTRAINT fk_logged_model_params_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_logged_model_params_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE
);
INSERT INTO "logged_model_params" VALUES('m-5da745144a344487a7b818e3c778084a',1,'epochs','3');
INSERT INTO "logged_model_params" VALUES('m-db2503c021df4193a3c11732feec7a80',1,'epochs','3');
INSERT INTO "logged_model_params" VALUES('m-d9e2047d515041d1a25033c83a3b502f',1,'epochs','3');
CREATE TABLE logged_model_tags (
	model_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	tag_key VARCHAR(255) NOT NULL, 
	tag_value TEXT NOT NULL, 
	CONSTRAINT logged_model_tags_pk PRIMARY KEY (model_id, tag_key), 
	CONSTRAINT fk_logged_model_tags_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_logged_model_tags_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE
);
INSERT INTO "logged_model_tags" VALUES('m-5da745144a344487a7b818e3c778084a',1,'desk','rates');
INSERT INTO "logged_model_tags" VALUES('m-db2503c021df4193a3c11732feec7a80',1,'desk','rates');
INSERT INTO "logged_model_tags" VALUES('m-d9e2047d515041d1a25033c83a3b502f',1,'desk','rates');
INSERT INTO "logged_model_tags" VALUES('m-db2503c021df4193a3c11732feec7a80',1,'note','größer');
CREATE TABLE logged_models (
	model_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	artifact_location VARCHAR(1000) NOT NULL, 
	creation_timestamp_ms BIGINT NOT NULL, 
	last_updated_timestamp_ms BIGINT NOT NULL, 
	status INTEGER NOT NULL, 
	lifecycle_stage VARCHAR(32), 
	model_type VARCHAR(500), 
	source_run_id VARCHAR(32), 
	status_message VARCHAR(1000), 
	CONSTRAINT logged_models_pk PRIMARY KEY (model_id), 
	CONSTRAINT logged_models_lifecycle_stage_check CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT fk_logged_models_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
INSERT INTO "logged_models" VALUES('m-5da745144a344487a7b818e3c778084a',1,'tcn','mlflow-artifacts:/1/models/m-5da745144a344487a7b818e3c778084a/artifacts',1795758956191,1795758958787,2,'active','onnx','0005a39534af4e62a2c990f8f4c63ad2',NULL);
INSERT INTO "logged_models" VALUES('m-db2503c021df4193a3c11732feec7a80',1,'tcn é','mlflow-artifacts:/1/models/m-db2503c021df4193a3c11732feec7a80/artifacts',1795758956927,1795758959223,2,'active','','0005a39534af4e62a2c990f8f4c63ad2',NULL);
INSERT INTO "logged_models" VALUES('m-d9e2047d515041d1a25033c83a3b502f',1,'pending','mlflow-artifacts:/1/models/m-d9e2047d515041d1a25033c83a3b502f/artifacts',1795758957586,1795758957586,1,'active','onnx','0005a39534af4e62a2c990f8f4c63ad2',NULL);
CREATE TABLE "metrics" (
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT NOT NULL, 
	timestamp BIGINT NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	step BIGINT DEFAULT '0' NOT NULL, 
	is_nan BOOLEAN DEFAULT '0' NOT NULL, 
	CONSTRAINT metric_pk PRIMARY KEY ("key", timestamp, step, run_uuid, value, is_nan), 
	CHECK (is_nan IN (0, 1)), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "metrics" VALUES('loss',1.0,1750000001000,'0005a39534af4e62a2c990f8f4c63ad2',0,0);
INSERT INTO "metrics" VALUES('loss',0.5,1750000001001,'0005a39534af4e62a2c990f8f4c63ad2',1,0);
INSERT INTO "metrics" VALUES('loss',3.33333333333333314829e-01,1750000001002,'0005a39534af4e62a2c990f8f4c63ad2',2,0);
INSERT INTO "metrics" VALUES('loss',0.25,1750000001003,'0005a39534af4e62a2c990f8f4c63ad2',3,0);
INSERT INTO "metrics" VALUES('loss',0.2,1750000001004,'0005a39534af4e62a2c990f8f4c63ad2',4,0);
INSERT INTO "metrics" VALUES('loss',1.66666666666666657414e-01,1750000001005,'0005a39534af4e62a2c990f8f4c63ad2',5,0);
INSERT INTO "metrics" VALUES('loss',1.42857142857142849212e-01,1750000001006,'0005a39534af4e62a2c990f8f4c63ad2',6,0);
INSERT INTO "metrics" VALUES('loss',0.125,1750000001007,'0005a39534af4e62a2c990f8f4c63ad2',7,0);
INSERT INTO "metrics" VALUES('loss',1.11111111111111104943e-01,1750000001008,'0005a39534af4e62a2c990f8f4c63ad2',8,0);
INSERT INTO "metrics" VALUES('loss',0.1,1750000001009,'0005a39534af4e62a2c990f8f4c63ad2',9,0);
INSERT INTO "metrics" VALUES('loss',9.09090909090909116141e-02,1750000001010,'0005a39534af4e62a2c990f8f4c63ad2',10,0);
INSERT INTO "metrics" VALUES('loss',8.33333333333333287074e-02,1750000001011,'0005a39534af4e62a2c990f8f4c63ad2',11,0);
INSERT INTO "metrics" VALUES('loss',7.6923076923076927347e-02,1750000001012,'0005a39534af4e62a2c990f8f4c63ad2',12,0);
INSERT INTO "metrics" VALUES('loss',7.14285714285714246063e-02,1750000001013,'0005a39534af4e62a2c990f8f4c63ad2',13,0);
INSERT INTO "metrics" VALUES('loss',6.66666666666666657414e-02,1750000001014,'0005a39534af4e62a2c990f8f4c63ad2',14,0);
INSERT INTO "metrics" VALUES('loss',0.0625,1750000001015,'0005a39534af4e62a2c990f8f4c63ad2',15,0);
INSERT INTO "metrics" VALUES('loss',5.8823529411764705066e-02,1750000001016,'0005a39534af4e62a2c990f8f4c63ad2',16,0);
INSERT INTO "metrics" VALUES('loss',5.55555555555555524716e-02,1750000001017,'0005a39534af4e62a2c990f8f4c63ad2',17,0);
INSERT INTO "metrics" VALUES('loss',5.26315789473684181309e-02,1750000001018,'0005a39534af4e62a2c990f8f4c63ad2',18,0);
INSERT INTO "metrics" VALUES('loss',0.05,1750000001019,'0005a39534af4e62a2c990f8f4c63ad2',19,0);
INSERT INTO "metrics" VALUES('loss',4.76190476190476164042e-02,1750000001020,'0005a39534af4e62a2c990f8f4c63ad2',20,0);
INSERT INTO "metrics" VALUES('loss',4.5454545454545455807e-02,1750000001021,'0005a39534af4e62a2c990f8f4c63ad2',21,0);
INSERT INTO "metrics" VALUES('loss',4.34782608695652161845e-02,1750000001022,'0005a39534af4e62a2c990f8f4c63ad2',22,0);
INSERT INTO "metrics" VALUES('loss',4.16666666666666643537e-02,1750000001023,'0005a39534af4e62a2c990f8f4c63ad2',23,0);
INSERT INTO "metrics" VALUES('loss',0.04,1750000001024,'0005a39534af4e62a2c990f8f4c63ad2',24,0);
INSERT INTO "metrics" VALUES('loss',3.84615384615384636735e-02,1750000001025,'0005a39534af4e62a2c990f8f4c63ad2',25,0);
INSERT INTO "metrics" VALUES('loss',3.7037037037037034981e-02,1750000001026,'0005a39534af4e62a2c990f8f4c63ad2',26,0);
INSERT INTO "metrics" VALUES('loss',3.57142857142857123031e-02,1750000001027,'0005a39534af4e62a2c990f8f4c63ad2',27,0);
INSERT INTO "metrics" VALUES('loss',3.44827586206896546938e-02,1750000001028,'0005a39534af4e62a2c990f8f4c63ad2',28,0);
INSERT INTO "metrics" VALUES('loss',3.33333333333333328707e-02,1750000001029,'0005a39534af4e62a2c990f8f4c63ad2',29,0);
INSERT INTO "metrics" VALUES('loss',3.22580645161290313627e-02,1750000001030,'0005a39534af4e62a2c990f8f4c63ad2',30,0);
INSERT INTO "metrics" VALUES('loss',0.03125,1750000001031,'0005a39534af4e62a2c990f8f4c63ad2',31,0);
INSERT INTO "metrics" VALUES('loss',3.03030303030303038713e-02,1750000001032,'0005a39534af4e62a2c990f8f4c63ad2',32,0);
INSERT INTO "metrics" VALUES('loss',2.9411764705882352533e-02,1750000001033,'0005a39534af4e62a2c990f8f4c63ad2',33,0);
INSERT INTO "metrics" VALUES('loss',2.85714285714285705364e-02,1750000001034,'0005a39534af4e62a2c990f8f4c63ad2',34,0);
INSERT INTO "metrics" VALUES('loss',2.77777777777777762358e-02,1750000001035,'0005a39534af4e62a2c990f8f4c63ad2',35,0);
INSERT INTO "metrics" VALUES('loss',2.70270270270270285273e-02,1750000001036,'0005a39534af4e62a2c990f8f4c63ad2',36,0);
INSERT INTO "metrics" VALUES('loss',2.63157894736842090654e-02,1750000001037,'0005a39534af4e62a2c990f8f4c63ad2',37,0);
INSERT INTO "metrics" VALUES('loss',2.5641025641025640136e-02,1750000001038,'0005a39534af4e62a2c990f8f4c63ad2',38,0);
INSERT INTO "metrics" VALUES('loss',0.025,1750000001039,'0005a39534af4e62a2c990f8f4c63ad2',39,0);
INSERT INTO "metrics" VALUES('loss',2.43902439024390252364e-02,1750000001040,'0005a39534af4e62a2c990f8f4c63ad2',40,0);
INSERT INTO "metrics" VALUES('loss',2.38095238095238082021e-02,1750000001041,'0005a39534af4e62a2c990f8f4c63ad2',41,0);
INSERT INTO "metrics" VALUES('loss',2.32558139534883717702e-02,1750000001042,'0005a39534af4e62a2c990f8f4c63ad2',42,0);
INSERT INTO "metrics" VALUES('loss',2.27272727272727279035e-02,1750000001043,'0005a39534af4e62a2c990f8f4c63ad2',43,0);
INSERT INTO "metrics" VALUES('loss',2.22222222222222230703e-02,1750000001044,'0005a39534af4e62a2c990f8f4c63ad2',44,0);
INSERT INTO "metrics" VALUES('loss',2.17391304347826080922e-02,1750000001045,'0005a39534af4e62a2c990f8f4c63ad2',45,0);
INSERT INTO "metrics" VALUES('loss',2.12765957446808505471e-02,1750000001046,'0005a39534af4e62a2c990f8f4c63ad2',46,0);
INSERT INTO "metrics" VALUES('loss',2.08333333333333321768e-02,1750000001047,'0005a39534af4e62a2c990f8f4c63ad2',47,0);
INSERT INTO "metrics" VALUES('loss',2.04081632653061208204e-02,1750000001048,'0005a39534af4e62a2c990f8f4c63ad2',48,0);
INSERT INTO "metrics" VALUES('loss',0.02,1750000001049,'0005a39534af4e62a2c990f8f4c63ad2',49,0);
INSERT INTO "metrics" VALUES('loss',0.0196078431372549,1750000001050,'0005a39534af4e62a2c990f8f4c63ad2',50,0);
INSERT INTO "metrics" VALUES('loss',1.92307692307692318367e-02,1750000001051,'0005a39534af4e62a2c990f8f4c63ad2',51,0);
INSERT INTO "metrics" VALUES('loss',1.88679245283018860723e-02,1750000001052,'0005a39534af4e62a2c990f8f4c63ad2',52,0);
INSERT INTO "metrics" VALUES('loss',1.85185185185185174905e-02,1750000001053,'0005a39534af4e62a2c990f8f4c63ad2',53,0);
INSERT INTO "metrics" VALUES('loss',1.8181818181818180935e-02,1750000001054,'0005a39534af4e62a2c990f8f4c63ad2',54,0);
INSERT INTO "metrics" VALUES('loss',1.78571428571428561515e-02,1750000001055,'0005a39534af4e62a2c990f8f4c63ad2',55,0);
INSERT INTO "metrics" VALUES('loss',1.75438596491228060436e-02,1750000001056,'0005a39534af4e62a2c990f8f4c63ad2',56,0);
INSERT INTO "metrics" VALUES('loss',1.72413793103448273469e-02,1750000001057,'0005a39534af4e62a2c990f8f4c63ad2',57,0);
INSERT INTO "metrics" VALUES('loss',1.69491525423728812971e-02,1750000001058,'0005a39534af4e62a2c990f8f4c63ad2',58,0);
INSERT INTO "metrics" VALUES('loss',1.66666666666666664353e-02,1750000001059,'0005a39534af4e62a2c990f8f4c63ad2',59,0);
INSERT INTO "metrics" VALUES('odd',0.0,1750000000000,'0005a39534af4e62a2c990f8f4c63ad2',2,1);
INSERT INTO "metrics" VALUES('odd',1.79769313486231562234e+308,1750000000000,'0005a39534af4e62a2c990f8f4c63ad2',1,0);
INSERT INTO "metrics" VALUES('odd',-1.79769313486231562234e+308,1750000000000,'0005a39534af4e62a2c990f8f4c63ad2',0,0);
INSERT INTO "metrics" VALUES('before the first',-0.5,1750000000000,'0005a39534af4e62a2c990f8f4c63ad2',-1,0);
INSERT INTO "metrics" VALUES('auc',0.75,1750000000009,'0005a39534af4e62a2c990f8f4c63ad2',0,0);
INSERT INTO "metrics" VALUES('auc',0.0,1750000000000,'1dfb50ea02b34eac913baa1118385eea',0,1);
INSERT INTO "metrics" VALUES('auc',0.5,1750000000000,'ead7709256e34332a119949b83f165fd',0,0);
INSERT INTO "metrics" VALUES('auc',0.75,1750000000000,'0005a39534af4e62a2c990f8f4c63ad2',0,0);
INSERT INTO "metrics" VALUES('auc',0.5,1750000000001,'0005a39534af4e62a2c990f8f4c63ad2',1,0);
INSERT INTO "metrics" VALUES('auc',0.25,1750000000000,'0005a39534af4e62a2c990f8f4c63ad2',0,0);
CREATE TABLE "model_definitions" (
	model_definition_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	secret_id VARCHAR(36), 
	provider VARCHAR(64) NOT NULL, 
	model_name VARCHAR(256) NOT NULL, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT model_definitions_pk PRIMARY KEY (model_definition_id), 
	CONSTRAINT fk_model_definitions_secret_id FOREIGN KEY(secret_id) REFERENCES secrets (secret_id) ON DELETE SET NULL, 
	CONSTRAINT uq_model_definitions_workspace_name UNIQUE (workspace, name)
);
CREATE TABLE "model_version_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value TEXT, 
	name VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT model_version_tag_pk PRIMARY KEY (workspace, "key", name, version), 
	CONSTRAINT fk_model_version_tags_model_versions FOREIGN KEY(workspace, name, version) REFERENCES model_versions (workspace, name, version) ON UPDATE CASCADE
);
INSERT INTO "model_version_tags" VALUES('validated','1','regime',1,'default');
INSERT INTO "model_version_tags" VALUES('validated','2','regime',2,'default');
INSERT INTO "model_version_tags" VALUES('validated','3','regime',3,'default');
INSERT INTO "model_version_tags" VALUES('validated','4','regime',4,'default');
INSERT INTO "model_version_tags" VALUES('mlflow.prompt.is_prompt','true','greeting',1,'default');
INSERT INTO "model_version_tags" VALUES('mlflow.prompt.text','Hello {{name}}','greeting',1,'default');
CREATE TABLE "model_versions" (
	name VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	creation_time BIGINT, 
	last_updated_time BIGINT, 
	description VARCHAR(5000), 
	user_id VARCHAR(256), 
	current_stage VARCHAR(20), 
	source VARCHAR(500), 
	run_id VARCHAR(32), 
	status VARCHAR(20), 
	status_message VARCHAR(500), 
	run_link VARCHAR(500), 
	storage_location VARCHAR(500), 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT model_version_pk PRIMARY KEY (workspace, name, version), 
	CONSTRAINT fk_model_versions_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE
);
INSERT INTO "model_versions" VALUES('regime',1,1795758961613,1795758962839,'version 1',NULL,'Archived','s3://bucket/regime/1','0005a39534af4e62a2c990f8f4c63ad2','READY',NULL,'','s3://bucket/regime/1','default');
INSERT INTO "model_versions" VALUES('regime',2,1795758961766,1795758963044,'version 2',NULL,'Production','s3://bucket/regime/2','0005a39534af4e62a2c990f8f4c63ad2','READY',NULL,'','s3://bucket/regime/2','default');
INSERT INTO "model_versions" VALUES('regime',3,1795758962038,1795758963130,'version 3',NULL,'Staging','s3://bucket/regime/3','0005a39534af4e62a2c990f8f4c63ad2','READY',NULL,'','s3://bucket/regime/3','default');
INSERT INTO "model_versions" VALUES('regime',4,1795758962392,1795758963256,NULL,NULL,'Deleted_Internal','REDACTED-SOURCE-PATH','REDACTED-RUN-ID','READY',NULL,'REDACTED-RUN-LINK','s3://bucket/regime/4','default');
INSERT INTO "model_versions" VALUES('greeting',1,1795758966207,1795758966207,'',NULL,'None','dummy-source','','READY',NULL,'','dummy-source','default');
CREATE TABLE online_scoring_configs (
	online_scoring_config_id VARCHAR(36) NOT NULL, 
	scorer_id VARCHAR(36) NOT NULL, 
	sample_rate FLOAT NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	filter_string TEXT, 
	CONSTRAINT online_scoring_config_pk PRIMARY KEY (online_scoring_config_id), 
	CONSTRAINT fk_online_scoring_configs_scorer_id FOREIGN KEY(scorer_id) REFERENCES scorers (scorer_id) ON DELETE CASCADE, 
	CONSTRAINT fk_online_scoring_configs_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
CREATE TABLE "params" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000) NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT param_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "params" VALUES('lr','0.001','0005a39534af4e62a2c990f8f4c63ad2');
INSERT INTO "params" VALUES('layers of','8, 16','0005a39534af4e62a2c990f8f4c63ad2');
INSERT INTO "params" VALUES('empty','','0005a39534af4e62a2c990f8f4c63ad2');
INSERT INTO "params" VALUES('long','xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx','0005a39534af4e62a2c990f8f4c63ad2');
CREATE TABLE "registered_model_aliases" (
	alias VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT registered_model_alias_pk PRIMARY KEY (workspace, name, alias), 
	CONSTRAINT fk_registered_model_aliases_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "registered_model_aliases" VALUES('champion',2,'regime','default');
INSERT INTO "registered_model_aliases" VALUES('next',3,'regime','default');
CREATE TABLE "registered_model_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	name VARCHAR(256) NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT registered_model_tag_pk PRIMARY KEY (workspace, "key", name), 
	CONSTRAINT fk_registered_model_tags_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE
);
INSERT INTO "registered_model_tags" VALUES('owner','ana','regime','default');
INSERT INTO "registered_model_tags" VALUES('mlflow.prompt.is_prompt','true','greeting','default');
CREATE TABLE "registered_models" (
	name VARCHAR(256) NOT NULL, 
	creation_time BIGINT, 
	last_updated_time BIGINT, 
	description VARCHAR(5000), 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT registered_model_pk PRIMARY KEY (workspace, name)
);
INSERT INTO "registered_models" VALUES('regime',1795758960623,1795758963256,'märkte','default');
INSERT INTO "registered_models" VALUES('empty é',1795758965700,1795758965700,'','default');
INSERT INTO "registered_models" VALUES('greeting',1795758966051,1795758966207,'','default');
CREATE TABLE "runs" (
	run_uuid VARCHAR(32) NOT NULL, 
	name VARCHAR(250), 
	source_type VARCHAR(20), 
	source_name VARCHAR(500), 
	entry_point_name VARCHAR(50), 
	user_id VARCHAR(256), 
	status VARCHAR(9), 
	start_time BIGINT, 
	end_time BIGINT, 
	source_version VARCHAR(50), 
	lifecycle_stage VARCHAR(20), 
	artifact_uri VARCHAR(200), 
	experiment_id INTEGER, deleted_time BIGINT, 
	CONSTRAINT run_pk PRIMARY KEY (run_uuid), 
	CONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')), 
	CONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED')), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
INSERT INTO "runs" VALUES('4a4a4fedfdd54ba28658d64bd6a56619','of a deleted experiment','UNKNOWN','','','','RUNNING',1750000000000,NULL,'','deleted','mlflow-artifacts:/3/4a4a4fedfdd54ba28658d64bd6a56619/artifacts',3,1795758948844);
INSERT INTO "runs" VALUES('0005a39534af4e62a2c990f8f4c63ad2','tcn-1','UNKNOWN','','','ana','FINISHED',1750000001000,1750000009000,'','active','mlflow-artifacts:/1/0005a39534af4e62a2c990f8f4c63ad2/artifacts',1,NULL);
INSERT INTO "runs" VALUES('1dfb50ea02b34eac913baa1118385eea','child','UNKNOWN','','','ana','FAILED',1750000002000,1750000003000,'','active','mlflow-artifacts:/1/1dfb50ea02b34eac913baa1118385eea/artifacts',1,NULL);
INSERT INTO "runs" VALUES('bd5635457af74e88ac0de6490edc5892','deleted','UNKNOWN','','','ana','RUNNING',1750000002500,NULL,'','deleted','mlflow-artifacts:/1/bd5635457af74e88ac0de6490edc5892/artifacts',1,1795758951596);
INSERT INTO "runs" VALUES('ead7709256e34332a119949b83f165fd','hmm','UNKNOWN','','','ana','RUNNING',1750000000500,NULL,'','active','s3://bucket/fx/ead7709256e34332a119949b83f165fd/artifacts',2,NULL);
CREATE TABLE scorer_versions (
	scorer_id VARCHAR(36) NOT NULL, 
	scorer_version INTEGER NOT NULL, 
	serialized_scorer TEXT NOT NULL, 
	creation_time BIGINT, 
	CONSTRAINT scorer_version_pk PRIMARY KEY (scorer_id, scorer_version), 
	CONSTRAINT fk_scorer_versions_scorer_id FOREIGN KEY(scorer_id) REFERENCES scorers (scorer_id) ON DELETE CASCADE
);
INSERT INTO "scorer_versions" VALUES('caf2eaad-cbe2-4f44-ab71-a149f2a44efc',1,'{"name": "tone", "mlflow_version": "3.11", "serialization_version": 1}',1795758968880);
INSERT INTO "scorer_versions" VALUES('caf2eaad-cbe2-4f44-ab71-a149f2a44efc',2,'{"name": "tone", "mlflow_version": "3.11", "serialization_version": 1}',1795758969021);
CREATE TABLE scorers (
	experiment_id INTEGER NOT NULL, 
	scorer_name VARCHAR(256) NOT NULL, 
	scorer_id VARCHAR(36) NOT NULL, 
	CONSTRAINT scorer_pk PRIMARY KEY (scorer_id), 
	CONSTRAINT fk_scorers_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
INSERT INTO "scorers" VALUES(1,'tone','caf2eaad-cbe2-4f44-ab71-a149f2a44efc');
CREATE TABLE "secrets" (
	secret_id VARCHAR(36) NOT NULL, 
	secret_name VARCHAR(255) NOT NULL, 
	encrypted_value BLOB NOT NULL, 
	wrapped_dek BLOB NOT NULL, 
	kek_version INTEGER NOT NULL, 
	masked_value VARCHAR(500) NOT NULL, 
	provider VARCHAR(64), 
	auth_config TEXT, 
	description TEXT, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT secrets_pk PRIMARY KEY (secret_id), 
	CONSTRAINT uq_secrets_workspace_secret_name UNIQUE (workspace, secret_name)
);
CREATE TABLE span_metrics (
	trace_id VARCHAR(50) NOT NULL, 
	span_id VARCHAR(50) NOT NULL, 
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT, 
	CONSTRAINT span_metrics_pk PRIMARY KEY (trace_id, span_id, "key"), 
	CONSTRAINT fk_span_metrics_span FOREIGN KEY(trace_id, span_id) REFERENCES spans (trace_id, span_id) ON DELETE CASCADE
);
CREATE TABLE spans (
	trace_id VARCHAR(50) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	span_id VARCHAR(50) NOT NULL, 
	parent_span_id VARCHAR(50), 
	name TEXT, 
	type VARCHAR(500), 
	status VARCHAR(50) NOT NULL, 
	start_time_unix_nano BIGINT NOT NULL, 
	end_time_unix_nano BIGINT, 
	duration_ns BIGINT GENERATED ALWAYS AS (end_time_unix_nano - start_time_unix_nano) STORED, 
	content TEXT NOT NULL, dimension_attributes JSON, 
	CONSTRAINT spans_pk PRIMARY KEY (trace_id, span_id), 
	CONSTRAINT fk_spans_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE, 
	CONSTRAINT fk_spans_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
INSERT INTO "spans" VALUES('tr-0123456789abcdef0123456789abcdef',1,'0000000000000001',NULL,'ask é','"LLM"','OK',1750000000000000000,1750000000040000000,'{"trace_id": "ASNFZ4mrze8BI0VniavN7w==", "span_id": "AAAAAAAAAAE=", "parent_span_id": null, "name": "ask \u00e9", "start_time_unix_nano": 1750000000000000000, "end_time_unix_nano": 1750000000040000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.traceRequestId": "\"tr-0123456789abcdef0123456789abcdef\"", "mlflow.spanType": "\"LLM\"", "mlflow.spanInputs": "{\"question\": \"why\"}", "mlflow.spanOutputs": "\"because\""}}','null');
INSERT INTO "spans" VALUES('tr-0123456789abcdef0123456789abcdef',1,'0000000000000002','0000000000000001','look up','"RETRIEVER"','ERROR',1750000000005000000,1750000000020000000,'{"trace_id": "ASNFZ4mrze8BI0VniavN7w==", "span_id": "AAAAAAAAAAI=", "parent_span_id": "AAAAAAAAAAE=", "name": "look up", "start_time_unix_nano": 1750000000005000000, "end_time_unix_nano": 1750000000020000000, "events": [], "status": {"code": "STATUS_CODE_ERROR", "message": ""}, "attributes": {"mlflow.traceRequestId": "\"tr-0123456789abcdef0123456789abcdef\"", "mlflow.spanType": "\"RETRIEVER\"", "model": "\"gpt\""}}','null');
CREATE TABLE "tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT tag_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "tags" VALUES('mlflow.runName','of a deleted experiment','4a4a4fedfdd54ba28658d64bd6a56619');
INSERT INTO "tags" VALUES('mlflow.source.name','train.py','0005a39534af4e62a2c990f8f4c63ad2');
INSERT INTO "tags" VALUES('stage','keeps é','0005a39534af4e62a2c990f8f4c63ad2');
INSERT INTO "tags" VALUES('mlflow.runName','tcn-1','0005a39534af4e62a2c990f8f4c63ad2');
INSERT INTO "tags" VALUES('mlflow.parentRunId','0005a39534af4e62a2c990f8f4c63ad2','1dfb50ea02b34eac913baa1118385eea');
INSERT INTO "tags" VALUES('mlflow.runName','child','1dfb50ea02b34eac913baa1118385eea');
INSERT INTO "tags" VALUES('mlflow.runName','deleted','bd5635457af74e88ac0de6490edc5892');
INSERT INTO "tags" VALUES('mlflow.runName','hmm','ead7709256e34332a119949b83f165fd');
CREATE TABLE trace_info (
	request_id VARCHAR(50) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	timestamp_ms BIGINT NOT NULL, 
	execution_time_ms BIGINT, 
	status VARCHAR(50) NOT NULL, client_request_id VARCHAR(50), request_preview VARCHAR(1000), response_preview VARCHAR(1000), 
	CONSTRAINT trace_info_pk PRIMARY KEY (request_id), 
	CONSTRAINT fk_trace_info_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
INSERT INTO "trace_info" VALUES('tr-00000000000000000000000000000001',1,1749999660500,1500,'OK','req-1','in','out');
INSERT INTO "trace_info" VALUES('tr-00000000000000000000000000000002',1,1749999720500,20,'ERROR','req-2','in','out');
INSERT INTO "trace_info" VALUES('tr-00000000000000000000000000000003',1,1749999780500,NULL,'IN_PROGRESS','req-3','in','out');
INSERT INTO "trace_info" VALUES('tr-0123456789abcdef0123456789abcdef',1,1750000000000,40,'OK',NULL,'{"question": "why"}','"because"');
CREATE TABLE trace_metrics (
	request_id VARCHAR(50) NOT NULL, 
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT, 
	CONSTRAINT trace_metrics_pk PRIMARY KEY (request_id, "key"), 
	CONSTRAINT fk_trace_metrics_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
INSERT INTO "trace_metrics" VALUES('tr-00000000000000000000000000000001','input_tokens',7.0);
INSERT INTO "trace_metrics" VALUES('tr-00000000000000000000000000000001','output_tokens',5.0);
INSERT INTO "trace_metrics" VALUES('tr-00000000000000000000000000000001','total_tokens',12.0);
CREATE TABLE "trace_request_metadata" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	request_id VARCHAR(50) NOT NULL, 
	CONSTRAINT trace_request_metadata_pk PRIMARY KEY ("key", request_id), 
	CONSTRAINT fk_trace_request_metadata_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.tokenUsage','{"input_tokens": 7, "output_tokens": 5, "total_tokens": 12}','tr-00000000000000000000000000000001');
INSERT INTO "trace_request_metadata" VALUES('mlflow.sourceRun','0005a39534af4e62a2c990f8f4c63ad2','tr-00000000000000000000000000000001');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.session','s1','tr-00000000000000000000000000000001');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.infoFinalized','true','tr-00000000000000000000000000000001');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.session','s1','tr-00000000000000000000000000000002');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.infoFinalized','true','tr-00000000000000000000000000000002');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.infoFinalized','true','tr-00000000000000000000000000000003');
CREATE TABLE "trace_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	request_id VARCHAR(50) NOT NULL, 
	CONSTRAINT trace_tag_pk PRIMARY KEY ("key", request_id), 
	CONSTRAINT fk_trace_tags_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
INSERT INTO "trace_tags" VALUES('mlflow.traceName','checkout','tr-00000000000000000000000000000001');
INSERT INTO "trace_tags" VALUES('team','a é','tr-00000000000000000000000000000001');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','mlflow-artifacts:/1/traces/tr-00000000000000000000000000000001/artifacts','tr-00000000000000000000000000000001');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','checkout','tr-00000000000000000000000000000002');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','mlflow-artifacts:/1/traces/tr-00000000000000000000000000000002/artifacts','tr-00000000000000000000000000000002');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','mlflow-artifacts:/1/traces/tr-00000000000000000000000000000003/artifacts','tr-00000000000000000000000000000003');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','mlflow-artifacts:/1/traces/tr-0123456789abcdef0123456789abcdef/artifacts','tr-0123456789abcdef0123456789abcdef');
INSERT INTO "trace_tags" VALUES('mlflow.trace.spansLocation','TRACKING_STORE','tr-0123456789abcdef0123456789abcdef');
INSERT INTO "trace_tags" VALUES('late','yes','tr-00000000000000000000000000000003');
CREATE TABLE webhook_events (
	webhook_id VARCHAR(256) NOT NULL, 
	entity VARCHAR(50) NOT NULL, 
	action VARCHAR(50) NOT NULL, 
	CONSTRAINT webhook_event_pk PRIMARY KEY (webhook_id, entity, action), 
	FOREIGN KEY(webhook_id) REFERENCES webhooks (webhook_id) ON DELETE cascade
);
INSERT INTO "webhook_events" VALUES('2f2c4ada-eedc-491a-b73e-b075b929f15a','model_version','created');
INSERT INTO "webhook_events" VALUES('2f2c4ada-eedc-491a-b73e-b075b929f15a','registered_model','created');
INSERT INTO "webhook_events" VALUES('bbcadc30-a911-481d-a6ab-f9798b7b0ede','model_version_alias','created');
CREATE TABLE "webhooks" (
	webhook_id VARCHAR(256) NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	description VARCHAR(1000), 
	url VARCHAR(500) NOT NULL, 
	status VARCHAR(20) DEFAULT 'ACTIVE' NOT NULL, 
	secret VARCHAR(1000), 
	creation_timestamp BIGINT, 
	last_updated_timestamp BIGINT, 
	deleted_timestamp BIGINT, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT webhook_pk PRIMARY KEY (webhook_id)
);
INSERT INTO "webhooks" VALUES('2f2c4ada-eedc-491a-b73e-b075b929f15a','a',NULL,'https://hooks.example/a','DISABLED','gAAAAABrCRtwdwDZbvt46cwiZOH8cMegGL7LwRbqtBQ0Gnz15H__rlzxkdCSXVYF-YYvb1DtM-LCjl1qeWFo5PHVkh86lWG_Aw==',1795758960223,1795758960223,NULL,'default');
INSERT INTO "webhooks" VALUES('bbcadc30-a911-481d-a6ab-f9798b7b0ede','b',NULL,'https://hooks.example/b','DISABLED','gAAAAABrCRtwfdBEBcrnlyOHjxQxD1_XhZh_xAQBCpukNyll9p27AjFTjKkrr44SJJs9xbqQPOzSujH0xZO6cj8f9i5SfRXEuQ==',1795758960285,1795758960285,NULL,'default');
CREATE TABLE workspaces (
	name VARCHAR(63) NOT NULL, 
	description TEXT, 
	default_artifact_root TEXT, 
	CONSTRAINT workspaces_pk PRIMARY KEY (name)
);
INSERT INTO "workspaces" VALUES('default','Default workspace for legacy resources',NULL);
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE INDEX index_latest_metrics_run_uuid ON latest_metrics (run_uuid);
CREATE INDEX index_inputs_input_uuid ON inputs (input_uuid);
CREATE INDEX index_inputs_destination_type_destination_id_source_type ON inputs (destination_type, destination_id, source_type);
CREATE INDEX index_params_run_uuid ON params (run_uuid);
CREATE INDEX index_trace_info_experiment_id_timestamp_ms ON trace_info (experiment_id, timestamp_ms);
CREATE INDEX index_trace_tags_request_id ON trace_tags (request_id);
CREATE INDEX index_trace_request_metadata_request_id ON trace_request_metadata (request_id);
CREATE INDEX index_tags_run_uuid ON tags (run_uuid);
CREATE INDEX index_datasets_dataset_uuid ON datasets (dataset_uuid);
CREATE INDEX index_datasets_experiment_id_dataset_source_type ON datasets (experiment_id, dataset_source_type);
CREATE INDEX index_logged_model_metrics_model_id ON logged_model_metrics (model_id);
CREATE INDEX index_assessments_trace_id_created_timestamp ON assessments (trace_id, created_timestamp);
CREATE INDEX index_assessments_run_id_created_timestamp ON assessments (run_id, created_timestamp);
CREATE INDEX index_assessments_last_updated_timestamp ON assessments (last_updated_timestamp);
CREATE INDEX index_assessments_assessment_type ON assessments (assessment_type);
CREATE INDEX index_spans_experiment_id ON spans (experiment_id);
CREATE INDEX index_spans_experiment_id_status_type ON spans (experiment_id, status, type);
CREATE INDEX index_spans_experiment_id_type_status ON spans (experiment_id, type, status);
CREATE INDEX index_spans_experiment_id_duration ON spans (experiment_id, duration_ns);
CREATE INDEX index_entity_associations_association_id ON entity_associations (association_id);
CREATE INDEX index_entity_associations_reverse_lookup ON entity_associations (destination_type, destination_id, source_type, source_id);
CREATE INDEX idx_webhook_events_entity ON webhook_events (entity);
CREATE INDEX idx_webhook_events_action ON webhook_events (action);
CREATE INDEX idx_webhook_events_entity_action ON webhook_events (entity, action);
CREATE UNIQUE INDEX index_scorers_experiment_id_scorer_name ON scorers (experiment_id, scorer_name);
CREATE INDEX index_scorer_versions_scorer_id ON scorer_versions (scorer_id);
CREATE INDEX index_evaluation_dataset_tags_dataset_id ON evaluation_dataset_tags (dataset_id);
CREATE INDEX index_evaluation_dataset_records_dataset_id ON evaluation_dataset_records (dataset_id);
CREATE INDEX index_endpoint_model_mappings_endpoint_id ON endpoint_model_mappings (endpoint_id);
CREATE INDEX index_endpoint_model_mappings_model_definition_id ON endpoint_model_mappings (model_definition_id);
CREATE INDEX index_endpoint_tags_endpoint_id ON endpoint_tags (endpoint_id);
CREATE INDEX index_trace_metrics_request_id ON trace_metrics (request_id);
CREATE UNIQUE INDEX unique_endpoint_model_linkage_mapping ON endpoint_model_mappings (endpoint_id, model_definition_id, linkage_type);
CREATE INDEX index_span_metrics_trace_id_span_id ON span_metrics (trace_id, span_id);
CREATE INDEX index_evaluation_datasets_created_time ON evaluation_datasets (created_time);
CREATE INDEX index_evaluation_datasets_name ON evaluation_datasets (name);
CREATE INDEX idx_webhooks_status ON webhooks (status);
CREATE INDEX idx_webhooks_name ON webhooks (name);
CREATE TRIGGER prevent_secrets_aad_mutation
BEFORE UPDATE ON secrets
FOR EACH ROW
WHEN OLD.secret_id != NEW.secret_id OR OLD.secret_name != NEW.secret_name
BEGIN
    SELECT RAISE(ABORT, 'secret_id and secret_name are immutable (used as AAD in encryption)');
END;
CREATE INDEX index_model_definitions_secret_id ON model_definitions (secret_id);
CREATE INDEX index_model_definitions_provider ON model_definitions (provider);
CREATE INDEX index_jobs_name_status_creation_time ON jobs (job_name, workspace, status, creation_time);
CREATE INDEX idx_experiments_workspace ON experiments (workspace);
CREATE INDEX idx_registered_models_workspace ON registered_models (workspace);
CREATE INDEX idx_experiments_workspace_creation_time ON experiments (workspace, creation_time);
CREATE INDEX idx_evaluation_datasets_workspace ON evaluation_datasets (workspace);
CREATE INDEX idx_webhooks_workspace ON webhooks (workspace);
CREATE INDEX idx_secrets_workspace ON secrets (workspace);
CREATE INDEX idx_endpoints_workspace ON endpoints (workspace);
CREATE INDEX idx_model_definitions_workspace ON model_definitions (workspace);
CREATE INDEX idx_budget_policies_workspace ON budget_policies (workspace);
CREATE INDEX index_issues_experiment_id ON issues (experiment_id);
CREATE INDEX index_issues_source_run_id ON issues (source_run_id);
CREATE INDEX index_issues_status ON issues (status);
CREATE INDEX index_metrics_run_uuid_key_step ON metrics (run_uuid, "key", step);
CREATE INDEX idx_guardrails_workspace ON guardrails (workspace);
CREATE INDEX idx_guardrails_scorer ON guardrails (scorer_id, scorer_version);
CREATE INDEX idx_guardrail_configs_endpoint_id ON guardrail_configs (endpoint_id);
CREATE INDEX idx_guardrail_configs_guardrail_id ON guardrail_configs (guardrail_id);
CREATE INDEX idx_model_version_tags_workspace_name_version ON model_version_tags (workspace, name, version);
CREATE INDEX idx_registered_model_tags_workspace_name ON registered_model_tags (workspace, name);
COMMIT;
