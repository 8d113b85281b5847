--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: prevent_secrets_aad_mutation(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.prevent_secrets_aad_mutation() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.secret_id != NEW.secret_id OR OLD.secret_name != NEW.secret_name THEN
        RAISE EXCEPTION 'secret_id and secret_name are immutable (used as AAD in encryption)';
    END IF;
    RETURN NEW;
END;
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: assessments; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.assessments (
    assessment_id character varying(50) NOT NULL,
    trace_id character varying(50) NOT NULL,
    name character varying(250) NOT NULL,
    assessment_type character varying(20) NOT NULL,
    value text NOT NULL,
    error text,
    created_timestamp bigint NOT NULL,
    last_updated_timestamp bigint NOT NULL,
    source_type character varying(50) NOT NULL,
    source_id character varying(250),
    run_id character varying(32),
    span_id character varying(50),
    rationale text,
    overrides character varying(50),
    valid boolean NOT NULL,
    assessment_metadata text
);


--
-- Name: budget_policies; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.budget_policies (
    budget_policy_id character varying(36) NOT NULL,
    budget_unit character varying(32) NOT NULL,
    budget_amount double precision NOT NULL,
    duration_unit character varying(32) NOT NULL,
    duration_value integer NOT NULL,
    target_scope character varying(32) NOT NULL,
    budget_action character varying(32) NOT NULL,
    created_by character varying(255),
    created_at bigint NOT NULL,
    last_updated_by character varying(255),
    last_updated_at bigint NOT NULL,
    workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);


--
-- Name: datasets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.datasets (
    dataset_uuid character varying(36) NOT NULL,
    experiment_id integer NOT NULL,
    name character varying(500) NOT NULL,
    digest character varying(36) NOT NULL,
    dataset_source_type character varying(36) NOT NULL,
    dataset_source text NOT NULL,
    dataset_schema text,
    dataset_profile text
);


--
-- Name: endpoint_bindings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.endpoint_bindings (
    endpoint_id character varying(36) NOT NULL,
    resource_type character varying(50) NOT NULL,
    resource_id character varying(255) NOT NULL,
    created_at bigint NOT NULL,
    created_by character varying(255),
    last_updated_at bigint NOT NULL,
    last_updated_by character varying(255),
    display_name character varying(255)
);


--
-- Name: endpoint_model_mappings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.endpoint_model_mappings (
    mapping_id character varying(36) NOT NULL,
    endpoint_id character varying(36) NOT NULL,
    model_definition_id character varying(36) NOT NULL,
    weight double precision NOT NULL,
    created_by character varying(255),
    created_at bigint NOT NULL,
    linkage_type character varying(64) DEFAULT 'PRIMARY'::character varying NOT NULL,
    fallback_order integer
);


--
-- Name: endpoint_tags; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.endpoint_tags (
    key character varying(250) NOT NULL,
    value character varying(5000),
    endpoint_id character varying(36) NOT NULL
);


--
-- Name: endpoints; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.endpoints (
    endpoint_id character varying(36) NOT NULL,
    name character varying(255),
    created_by character varying(255),
    created_at bigint NOT NULL,
    last_updated_by character varying(255),
    last_updated_at bigint NOT NULL,
    routing_strategy character varying(64),
    fallback_config_json text,
    experiment_id integer,
    usage_tracking boolean DEFAULT false NOT NULL,
    workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);


--
-- Name: entity_associations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.entity_associations (
    association_id character varying(36) NOT NULL,
    source_type character varying(36) NOT NULL,
    source_id character varying(36) NOT NULL,
    destination_type character varying(36) NOT NULL,
    destination_id character varying(36) NOT NULL,
    created_time bigint
);


--
-- Name: evaluation_dataset_records; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.evaluation_dataset_records (
    dataset_record_id character varying(36) NOT NULL,
    dataset_id character varying(36) NOT NULL,
    inputs json NOT NULL,
    expectations json,
    tags json,
    source json,
    source_id character varying(36),
    source_type character varying(255),
    created_time bigint,
    last_update_time bigint,
    created_by character varying(255),
    last_updated_by character varying(255),
    input_hash character varying(64) NOT NULL,
    outputs json
);


--
-- Name: evaluation_dataset_tags; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.evaluation_dataset_tags (
    dataset_id character varying(36) NOT NULL,
    key character varying(255) NOT NULL,
    value character varying(5000)
);


--
-- Name: evaluation_datasets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.evaluation_datasets (
    dataset_id character varying(36) NOT NULL,
    name character varying(255) NOT NULL,
    schema text,
    profile text,
    digest character varying(64),
    created_time bigint,
    last_update_time bigint,
    created_by character varying(255),
    last_updated_by character varying(255),
    workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);


--
-- Name: experiment_tags; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.experiment_tags (
    key character varying(250) NOT NULL,
    value character varying(5000),
    experiment_id integer NOT NULL
);


--
-- Name: experiments; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.experiments (
    experiment_id integer NOT NULL,
    name character varying(256) NOT NULL,
    artifact_location character varying(256),
    lifecycle_stage character varying(32),
    creation_time bigint,
    last_update_time bigint,
    workspace character varying(63) DEFAULT 'default'::character varying NOT NULL,
    CONSTRAINT experiments_lifecycle_stage CHECK (((lifecycle_stage)::text = ANY ((ARRAY['active'::character varying, 'deleted'::character varying])::text[])))
);


--
-- Name: experiments_experiment_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.experiments_experiment_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: experiments_experiment_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.experiments_experiment_id_seq OWNED BY public.experiments.experiment_id;


--
-- Name: guardrail_configs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guardrail_configs (
    endpoint_id character varying(36) NOT NULL,
    guardrail_id character varying(36) NOT NULL,
    execution_order integer,
    created_by character varying(255),
    created_at bigint NOT NULL,
    workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);


--
-- Name: guardrails; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guardrails (
    guardrail_id character varying(36) NOT NULL,
    name character varying(255) NOT NULL,
    scorer_id character varying(36) NOT NULL,
    scorer_version integer NOT NULL,
    stage character varying(32) NOT NULL,
    action character varying(32) NOT NULL,
    action_endpoint_id character varying(36),
    created_by character varying(255),
    created_at bigint NOT NULL,
    last_updated_by character varying(255),
    last_updated_at bigint NOT NULL,
    workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);


--
-- Name: input_tags; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.input_tags (
    input_uuid character varying(36) NOT NULL,
    name character varying(255) NOT NULL,
    value character varying(500) NOT NULL
);


--
-- Name: inputs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.inputs (
    input_uuid character varying(36) NOT NULL,
    source_type character varying(36) NOT NULL,
    source_id character varying(36) NOT NULL,
    destination_type character varying(36) NOT NULL,
    destination_id character varying(36) NOT NULL,
    step bigint DEFAULT '0'::bigint NOT NULL
);


--
-- Name: issues; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.issues (
    issue_id character varying(36) NOT NULL,
    experiment_id integer NOT NULL,
    name character varying(250) NOT NULL,
    description text NOT NULL,
    status character varying(50) NOT NULL,
    severity character varying(50),
    root_causes text,
    source_run_id character varying(32),
    categories text,
    created_timestamp bigint NOT NULL,
    last_updated_timestamp bigint NOT NULL,
    created_by character varying(255)
);


--
-- Name: jobs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.jobs (
    id character varying(36) NOT NULL,
    creation_time bigint NOT NULL,
    job_name character varying(500) NOT NULL,
    params text NOT NULL,
    timeout double precision,
    status integer NOT NULL,
    result text,
    retry_count integer NOT NULL,
    last_update_time bigint NOT NULL,
    workspace character varying(63) DEFAULT 'default'::character varying NOT NULL,
    status_details json
);


--
-- Name: latest_metrics; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.latest_metrics (
    key character varying(250) NOT NULL,
    value double precision NOT NULL,
    "timestamp" bigint,
    step bigint NOT NULL,
    is_nan boolean NOT NULL,
    run_uuid character varying(32) NOT NULL
);


--
-- Name: logged_model_metrics; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.logged_model_metrics (
    model_id character varying(36) NOT NULL,
    metric_name character varying(500) NOT NULL,
    metric_timestamp_ms bigint NOT NULL,
    metric_step bigint NOT NULL,
    metric_value double precision,
    experiment_id integer NOT NULL,
    run_id character varying(32) NOT NULL,
    dataset_uuid character varying(36),
    dataset_name character varying(500),
    dataset_digest character varying(36)
);


--
-- Name: logged_model_params; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.logged_model_params (
    model_id character varying(36) NOT NULL,
    experiment_id integer NOT NULL,
    param_key character varying(255) NOT NULL,
    param_value text NOT NULL
);


--
-- Name: logged_model_tags; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.logged_model_tags (
    model_id character varying(36) NOT NULL,
    experiment_id integer NOT NULL,
    tag_key character varying(255) NOT NULL,
    tag_value text NOT NULL
);


--
-- Name: logged_models; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.logged_models (
    model_id character varying(36) NOT NULL,
    experiment_id integer NOT NULL,
    name character varying(500) NOT NULL,
    artifact_location character varying(1000) NOT NULL,
    creation_timestamp_ms bigint NOT NULL,
    last_updated_timestamp_ms bigint NOT NULL,
    status integer NOT NULL,
    lifecycle_stage character varying(32),
    model_type character varying(500),
    source_run_id character varying(32),
    status_message character varying(1000),
    CONSTRAINT logged_models_lifecycle_stage_check CHECK (((lifecycle_stage)::text = ANY ((ARRAY['active'::character varying, 'deleted'::character varying])::text[])))
);


--
-- Name: metrics; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.metrics (
    key character varying(250) NOT NULL,
    value double precision NOT NULL,
    "timestamp" bigint NOT NULL,
    run_uuid character varying(32) NOT NULL,
    step bigint DEFAULT '0'::bigint NOT NULL,
    is_nan boolean DEFAULT false NOT NULL
);


--
-- Name: model_definitions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.model_definitions (
    model_definition_id character varying(36) NOT NULL,
    name character varying(255) NOT NULL,
    secret_id character varying(36),
    provider character varying(64) NOT NULL,
    model_name character varying(256) NOT NULL,
    created_by character varying(255),
    created_at bigint NOT NULL,
    last_updated_by character varying(255),
    last_updated_at bigint NOT NULL,
    workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);


--
-- Name: model_version_tags; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.model_version_tags (
    key character varying(250) NOT NULL,
    value text,
    name character varying(256) NOT NULL,
    version integer NOT NULL,
    workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);


--
-- Name: model_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.model_versions (
    name character varying(256) NOT NULL,
    version integer NOT NULL,
    creation_time bigint,
    last_updated_time bigint,
    description character varying(5000),
    user_id character varying(256),
    current_stage character varying(20),
    source character varying(500),
    run_id character varying(32),
    status character varying(20),
    status_message character varying(500),
    run_link character varying(500),
    storage_location character varying(500),
    workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);


--
-- Name: online_scoring_configs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.online_scoring_configs (
    online_scoring_config_id character varying(36) NOT NULL,
    scorer_id character varying(36) NOT NULL,
    sample_rate double precision NOT NULL,
    experiment_id integer NOT NULL,
    filter_string text
);


--
-- Name: params; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.params (
    key character varying(250) NOT NULL,
    value character varying(8000) NOT NULL,
    run_uuid character varying(32) NOT NULL
);


--
-- Name: registered_model_aliases; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.registered_model_aliases (
    alias character varying(256) NOT NULL,
    version integer NOT NULL,
    name character varying(256) NOT NULL,
    workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);


--
-- Name: registered_model_tags; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.registered_model_tags (
    key character varying(250) NOT NULL,
    value character varying(5000),
    name character varying(256) NOT NULL,
    workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);


--
-- Name: registered_models; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.registered_models (
    name character varying(256) NOT NULL,
    creation_time bigint,
    last_updated_time bigint,
    description character varying(5000),
    workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);


--
-- Name: runs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.runs (
    run_uuid character varying(32) NOT NULL,
    name character varying(250),
    source_type character varying(20),
    source_name character varying(500),
    entry_point_name character varying(50),
    user_id character varying(256),
    status character varying(9),
    start_time bigint,
    end_time bigint,
    source_version character varying(50),
    lifecycle_stage character varying(20),
    artifact_uri character varying(200),
    experiment_id integer,
    deleted_time bigint,
    CONSTRAINT runs_lifecycle_stage CHECK (((lifecycle_stage)::text = ANY ((ARRAY['active'::character varying, 'deleted'::character varying])::text[]))),
    CONSTRAINT runs_status_check CHECK (((status)::text = ANY ((ARRAY['SCHEDULED'::character varying, 'FAILED'::character varying, 'FINISHED'::character varying, 'RUNNING'::character varying, 'KILLED'::character varying])::text[]))),
    CONSTRAINT source_type CHECK (((source_type)::text = ANY ((ARRAY['NOTEBOOK'::character varying, 'JOB'::character varying, 'LOCAL'::character varying, 'UNKNOWN'::character varying, 'PROJECT'::character varying])::text[])))
);


--
-- Name: scorer_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.scorer_versions (
    scorer_id character varying(36) NOT NULL,
    scorer_version integer NOT NULL,
    serialized_scorer text NOT NULL,
    creation_time bigint
);


--
-- Name: scorers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.scorers (
    experiment_id integer NOT NULL,
    scorer_name character varying(256) NOT NULL,
    scorer_id character varying(36) NOT NULL
);


--
-- Name: secrets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.secrets (
    secret_id character varying(36) NOT NULL,
    secret_name character varying(255) NOT NULL,
    encrypted_value bytea NOT NULL,
    wrapped_dek bytea NOT NULL,
    kek_version integer NOT NULL,
    masked_value character varying(500) NOT NULL,
    provider character varying(64),
    auth_config text,
    description text,
    created_by character varying(255),
    created_at bigint NOT NULL,
    last_updated_by character varying(255),
    last_updated_at bigint NOT NULL,
    workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);


--
-- Name: span_metrics; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.span_metrics (
    trace_id character varying(50) NOT NULL,
    span_id character varying(50) NOT NULL,
    key character varying(250) NOT NULL,
    value double precision
);


--
-- Name: spans; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.spans (
    trace_id character varying(50) NOT NULL,
    experiment_id integer NOT NULL,
    span_id character varying(50) NOT NULL,
    parent_span_id character varying(50),
    name text,
    type character varying(500),
    status character varying(50) NOT NULL,
    start_time_unix_nano bigint NOT NULL,
    end_time_unix_nano bigint,
    duration_ns bigint GENERATED ALWAYS AS ((end_time_unix_nano - start_time_unix_nano)) STORED,
    content text NOT NULL,
    dimension_attributes json
);


--
-- Name: tags; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tags (
    key character varying(250) NOT NULL,
    value character varying(8000),
    run_uuid character varying(32) NOT NULL
);


--
-- Name: trace_info; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.trace_info (
    request_id character varying(50) NOT NULL,
    experiment_id integer NOT NULL,
    timestamp_ms bigint NOT NULL,
    execution_time_ms bigint,
    status character varying(50) NOT NULL,
    client_request_id character varying(50),
    request_preview character varying(1000),
    response_preview character varying(1000)
);


--
-- Name: trace_metrics; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.trace_metrics (
    request_id character varying(50) NOT NULL,
    key character varying(250) NOT NULL,
    value double precision
);


--
-- Name: trace_request_metadata; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.trace_request_metadata (
    key character varying(250) NOT NULL,
    value character varying(8000),
    request_id character varying(50) NOT NULL
);


--
-- Name: trace_tags; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.trace_tags (
    key character varying(250) NOT NULL,
    value character varying(8000),
    request_id character varying(50) NOT NULL
);


--
-- Name: webhook_events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.webhook_events (
    webhook_id character varying(256) NOT NULL,
    entity character varying(50) NOT NULL,
    action character varying(50) NOT NULL
);


--
-- Name: webhooks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.webhooks (
    webhook_id character varying(256) NOT NULL,
    name character varying(256) NOT NULL,
    description character varying(1000),
    url character varying(500) NOT NULL,
    status character varying(20) DEFAULT 'ACTIVE'::character varying NOT NULL,
    secret character varying(1000),
    creation_timestamp bigint,
    last_updated_timestamp bigint,
    deleted_timestamp bigint,
    workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);


--
-- Name: workspaces; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workspaces (
    name character varying(63) NOT NULL,
    description text,
    default_artifact_root text
);


--
-- Name: experiments experiment_id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiments ALTER COLUMN experiment_id SET DEFAULT nextval('public.experiments_experiment_id_seq'::regclass);


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES ('7d34483879f0');


--
-- Data for Name: assessments; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.assessments VALUES ('a-85dd4a408d6f429ebc03ff30a46cf91c', 'tr-00000000000000000000000000000001', 'correct', 'feedback', 'false', NULL, 1795759095606, 1795759095606, 'HUMAN', 'ana', NULL, NULL, NULL, NULL, false, NULL);
INSERT INTO public.assessments VALUES ('a-46886a4006094681b7c88b0826ae78dd', 'tr-00000000000000000000000000000001', 'correct', 'feedback', 'true', NULL, 1795759095661, 1795759095661, 'HUMAN', 'ana', NULL, NULL, 'looked again, höher', 'a-85dd4a408d6f429ebc03ff30a46cf91c', true, NULL);
INSERT INTO public.assessments VALUES ('a-39761cdd837f48079e48dc7b789ba40e', 'tr-00000000000000000000000000000001', 'score', 'feedback', '0.5', NULL, 1795759095832, 1795759095832, 'HUMAN', 'ana', NULL, NULL, NULL, NULL, true, '{"mlflow.trace.session": "s1", "round": "2"}');
INSERT INTO public.assessments VALUES ('a-7dcb4654a4ed42bbb4f74b2625af6127', 'tr-00000000000000000000000000000001', 'labels', 'feedback', '["a", "b"]', NULL, 1795759095927, 1795759095927, 'HUMAN', 'ana', NULL, NULL, NULL, NULL, true, NULL);
INSERT INTO public.assessments VALUES ('a-828ce09d28494dadbbb281b8b03b7d6a', 'tr-00000000000000000000000000000002', 'judged', 'feedback', 'null', '{"error_code": "RATE_LIMIT", "error_message": "later", "stack_trace": null}', 1795759095945, 1795759095945, 'HUMAN', 'ana', NULL, NULL, NULL, NULL, true, NULL);
INSERT INTO public.assessments VALUES ('a-9d7318a62769464bb32c760a65dedcd5', 'tr-00000000000000000000000000000002', 'answer', 'expectation', '"forty-two \u00e9"', NULL, 1795759095971, 1795759095971, 'HUMAN', 'ana', NULL, NULL, NULL, NULL, true, NULL);
INSERT INTO public.assessments VALUES ('a-7c0cc54708954eb5a8340b2af0614f9f', 'tr-00000000000000000000000000000002', 'facts', 'expectation', '{"a": [1, 2]}', NULL, 1795759096036, 1795759096036, 'HUMAN', 'ana', NULL, NULL, NULL, NULL, true, NULL);
INSERT INTO public.assessments VALUES ('a-2ded0a4329934eaa8b29ef9462288398', 'tr-00000000000000000000000000000002', 'iss-227a0562f8f141a3a22d0ac0c3182c00', 'issue', '{"issue_name": "slow"}', NULL, 1795759096204, 1795759096204, 'HUMAN', 'ana', NULL, NULL, '20 ms', NULL, true, NULL);


--
-- Data for Name: budget_policies; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: datasets; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.datasets VALUES ('cac6e9e89fb74ba0ac701ca06509432d', 1, 'sp500', 'd1', 'local', '{}', '{"mlflow_colspec": []}', '{"num_rows": 5}');
INSERT INTO public.datasets VALUES ('bbda43abd6114859a347037eb6f971f9', 1, 'Überprüfung', 'D_2', 'http', '{"url": "https://data.example/x"}', NULL, NULL);


--
-- Data for Name: endpoint_bindings; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: endpoint_model_mappings; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: endpoint_tags; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: endpoints; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: entity_associations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.entity_associations VALUES ('22b9b8eef1ea4805a621ad6359e5c589', 'trace', 'tr-00000000000000000000000000000003', 'run', '241631d2529f4c49a8eb1e2aec2264de', 1795759096360);
INSERT INTO public.entity_associations VALUES ('a-d09085c02b2848a1a9cacf01bdb06a9e', 'evaluation_dataset', 'd-5b9733942a80420f9562eb6e6b5d1ddc', 'experiment', '1', 1795759096435);


--
-- Data for Name: evaluation_dataset_records; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.evaluation_dataset_records VALUES ('dr-53b890dc0b484b39aebf8ad80ecfab73', 'd-5b9733942a80420f9562eb6e6b5d1ddc', '{"question": "why"}', '{"answer": "because"}', '{"level": "1"}', 'null', NULL, NULL, 1795759096483, 1795759096483, NULL, NULL, '7df8be7d81a64e875b84d80135b9dce1797ab2a01a17d71249ccfb9d5a1fce12', '{"mlflow_wrapped": {}}');
INSERT INTO public.evaluation_dataset_records VALUES ('dr-abdb4b5327844eef89b38f1b579d212c', 'd-5b9733942a80420f9562eb6e6b5d1ddc', '{"question": "wie gro\u00df"}', '{}', '{}', '{"source_type": "HUMAN", "source_data": {"user_name": "ana"}}', NULL, 'HUMAN', 1795759096483, 1795759096483, NULL, NULL, '2416ccce4aee597b3748a5c10c807fca66d49ec8dfa7643c026fcff297998ab2', '{"mlflow_wrapped": {}}');


--
-- Data for Name: evaluation_dataset_tags; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.evaluation_dataset_tags VALUES ('d-5b9733942a80420f9562eb6e6b5d1ddc', 'team', 'a');


--
-- Data for Name: evaluation_datasets; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.evaluation_datasets VALUES ('d-5b9733942a80420f9562eb6e6b5d1ddc', 'questions', '{"inputs": {"question": "string"}, "outputs": {}, "expectations": {"answer": "string"}, "version": "1.0"}', '{"num_records": 2}', '4892c1b0', 1795759096435, 1795759096483, NULL, NULL, 'default');


--
-- Data for Name: experiment_tags; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.experiment_tags VALUES ('desk', 'rates', 1);
INSERT INTO public.experiment_tags VALUES ('mlflow.note.content', 'Zinskurve, täglich', 1);


--
-- Data for Name: experiments; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.experiments VALUES (0, 'Default', 'mlflow-artifacts:/0', 'active', 1795759066542, 1795759066542, 'default');
INSERT INTO public.experiments VALUES (1, 'rates/curve é', 'mlflow-artifacts:/1', 'active', 1795759086988, 1795759086988, 'default');
INSERT INTO public.experiments VALUES (2, 'fx', 's3://bucket/fx', 'active', 1795759087115, 1795759087115, 'default');
INSERT INTO public.experiments VALUES (3, 'gone', 'mlflow-artifacts:/3', 'deleted', 1795759087220, 1795759087579, 'default');


--
-- Data for Name: guardrail_configs; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: guardrails; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: input_tags; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.input_tags VALUES ('398372dec2cd4209883d4fa73e698a61', 'mlflow.data.context', 'train');


--
-- Data for Name: inputs; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.inputs VALUES ('398372dec2cd4209883d4fa73e698a61', 'DATASET', 'cac6e9e89fb74ba0ac701ca06509432d', 'RUN', '241631d2529f4c49a8eb1e2aec2264de', 0);
INSERT INTO public.inputs VALUES ('37f42fdd318141f9828092cc420dba5c', 'DATASET', 'bbda43abd6114859a347037eb6f971f9', 'RUN', '241631d2529f4c49a8eb1e2aec2264de', 0);
INSERT INTO public.inputs VALUES ('e3d971f62a7b45ba971cb583bc26737c', 'RUN_OUTPUT', '241631d2529f4c49a8eb1e2aec2264de', 'MODEL_OUTPUT', 'm-8fd91de5cbbe48ecb2dd04fe19b3c0ce', 3);
INSERT INTO public.inputs VALUES ('f4cb186c6b3b48039f73781efbbd87ec', 'RUN_INPUT', '241631d2529f4c49a8eb1e2aec2264de', 'MODEL_INPUT', 'm-b14a36ce4d1f47adb2c4e10094dd9b3f', 0);


--
-- Data for Name: issues; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.issues VALUES ('iss-227a0562f8f141a3a22d0ac0c3182c00', 1, 'slow', 'takes long', 'pending', 'high', '["disk"]', NULL, '["latency"]', 1795759096111, 1795759096111, NULL);


--
-- Data for Name: jobs; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: latest_metrics; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.latest_metrics VALUES ('loss', 0.016666666666666666, 1750000001059, 59, false, '241631d2529f4c49a8eb1e2aec2264de');
INSERT INTO public.latest_metrics VALUES ('odd', 0, 1750000000000, 2, true, '241631d2529f4c49a8eb1e2aec2264de');
INSERT INTO public.latest_metrics VALUES ('before the first', -0.5, 1750000000000, -1, false, '241631d2529f4c49a8eb1e2aec2264de');
INSERT INTO public.latest_metrics VALUES ('auc', 0, 1750000000000, 0, true, 'c65f245326564a879417a72e046c89b1');
INSERT INTO public.latest_metrics VALUES ('auc', 0.5, 1750000000000, 0, false, '198673b5ac1d453eb05d4cecbf2304d7');
INSERT INTO public.latest_metrics VALUES ('auc', 0.5, 1750000000001, 1, false, '241631d2529f4c49a8eb1e2aec2264de');


--
-- Data for Name: logged_model_metrics; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.logged_model_metrics VALUES ('m-8fd91de5cbbe48ecb2dd04fe19b3c0ce', 'auc', 1750000000000, 0, 0.75, 1, '241631d2529f4c49a8eb1e2aec2264de', NULL, 'sp500', 'd1');
INSERT INTO public.logged_model_metrics VALUES ('m-8fd91de5cbbe48ecb2dd04fe19b3c0ce', 'auc', 1750000000001, 1, 0.5, 1, '241631d2529f4c49a8eb1e2aec2264de', NULL, NULL, NULL);
INSERT INTO public.logged_model_metrics VALUES ('m-b14a36ce4d1f47adb2c4e10094dd9b3f', 'auc', 1750000000000, 0, 0.25, 1, '241631d2529f4c49a8eb1e2aec2264de', NULL, NULL, NULL);


--
-- Data for Name: logged_model_params; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.logged_model_params VALUES ('m-8fd91de5cbbe48ecb2dd04fe19b3c0ce', 1, 'epochs', '3');
INSERT INTO public.logged_model_params VALUES ('m-b14a36ce4d1f47adb2c4e10094dd9b3f', 1, 'epochs', '3');
INSERT INTO public.logged_model_params VALUES ('m-8b9693d0c3ae4d6fbea5ec4e6e972dea', 1, 'epochs', '3');


--
-- Data for Name: logged_model_tags; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.logged_model_tags VALUES ('m-8fd91de5cbbe48ecb2dd04fe19b3c0ce', 1, 'desk', 'rates');
INSERT INTO public.logged_model_tags VALUES ('m-b14a36ce4d1f47adb2c4e10094dd9b3f', 1, 'desk', 'rates');
INSERT INTO public.logged_model_tags VALUES ('m-8b9693d0c3ae4d6fbea5ec4e6e972dea', 1, 'desk', 'rates');
INSERT INTO public.logged_model_tags VALUES ('m-b14a36ce4d1f47adb2c4e10094dd9b3f', 1, 'note', 'größer');


--
-- Data for Name: logged_models; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.logged_models VALUES ('m-8b9693d0c3ae4d6fbea5ec4e6e972dea', 1, 'pending', 'mlflow-artifacts:/1/models/m-8b9693d0c3ae4d6fbea5ec4e6e972dea/artifacts', 1795759091234, 1795759091234, 1, 'active', 'onnx', '241631d2529f4c49a8eb1e2aec2264de', NULL);
INSERT INTO public.logged_models VALUES ('m-8fd91de5cbbe48ecb2dd04fe19b3c0ce', 1, 'tcn', 'mlflow-artifacts:/1/models/m-8fd91de5cbbe48ecb2dd04fe19b3c0ce/artifacts', 1795759090711, 1795759091659, 2, 'active', 'onnx', '241631d2529f4c49a8eb1e2aec2264de', NULL);
INSERT INTO public.logged_models VALUES ('m-b14a36ce4d1f47adb2c4e10094dd9b3f', 1, 'tcn é', 'mlflow-artifacts:/1/models/m-b14a36ce4d1f47adb2c4e10094dd9b3f/artifacts', 1795759091054, 1795759091766, 2, 'active', '', '241631d2529f4c49a8eb1e2aec2264de', NULL);


--
-- Data for Name: metrics; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.metrics VALUES ('loss', 1, 1750000001000, '241631d2529f4c49a8eb1e2aec2264de', 0, false);
INSERT INTO public.metrics VALUES ('loss', 0.5, 1750000001001, '241631d2529f4c49a8eb1e2aec2264de', 1, false);
INSERT INTO public.metrics VALUES ('loss', 0.3333333333333333, 1750000001002, '241631d2529f4c49a8eb1e2aec2264de', 2, false);
INSERT INTO public.metrics VALUES ('loss', 0.25, 1750000001003, '241631d2529f4c49a8eb1e2aec2264de', 3, false);
INSERT INTO public.metrics VALUES ('loss', 0.2, 1750000001004, '241631d2529f4c49a8eb1e2aec2264de', 4, false);
INSERT INTO public.metrics VALUES ('loss', 0.16666666666666666, 1750000001005, '241631d2529f4c49a8eb1e2aec2264de', 5, false);
INSERT INTO public.metrics VALUES ('loss', 0.14285714285714285, 1750000001006, '241631d2529f4c49a8eb1e2aec2264de', 6, false);
INSERT INTO public.metrics VALUES ('loss', 0.125, 1750000001007, '241631d2529f4c49a8eb1e2aec2264de', 7, false);
INSERT INTO public.metrics VALUES ('loss', 0.1111111111111111, 1750000001008, '241631d2529f4c49a8eb1e2aec2264de', 8, false);
INSERT INTO public.metrics VALUES ('loss', 0.1, 1750000001009, '241631d2529f4c49a8eb1e2aec2264de', 9, false);
INSERT INTO public.metrics VALUES ('loss', 0.09090909090909091, 1750000001010, '241631d2529f4c49a8eb1e2aec2264de', 10, false);
INSERT INTO public.metrics VALUES ('loss', 0.08333333333333333, 1750000001011, '241631d2529f4c49a8eb1e2aec2264de', 11, false);
INSERT INTO public.metrics VALUES ('loss', 0.07692307692307693, 1750000001012, '241631d2529f4c49a8eb1e2aec2264de', 12, false);
INSERT INTO public.metrics VALUES ('loss', 0.07142857142857142, 1750000001013, '241631d2529f4c49a8eb1e2aec2264de', 13, false);
INSERT INTO public.metrics VALUES ('loss', 0.06666666666666667, 1750000001014, '241631d2529f4c49a8eb1e2aec2264de', 14, false);
INSERT INTO public.metrics VALUES ('loss', 0.0625, 1750000001015, '241631d2529f4c49a8eb1e2aec2264de', 15, false);
INSERT INTO public.metrics VALUES ('loss', 0.058823529411764705, 1750000001016, '241631d2529f4c49a8eb1e2aec2264de', 16, false);
INSERT INTO public.metrics VALUES ('loss', 0.05555555555555555, 1750000001017, '241631d2529f4c49a8eb1e2aec2264de', 17, false);
INSERT INTO public.metrics VALUES ('loss', 0.05263157894736842, 1750000001018, '241631d2529f4c49a8eb1e2aec2264de', 18, false);
INSERT INTO public.metrics VALUES ('loss', 0.05, 1750000001019, '241631d2529f4c49a8eb1e2aec2264de', 19, false);
INSERT INTO public.metrics VALUES ('loss', 0.047619047619047616, 1750000001020, '241631d2529f4c49a8eb1e2aec2264de', 20, false);
INSERT INTO public.metrics VALUES ('loss', 0.045454545454545456, 1750000001021, '241631d2529f4c49a8eb1e2aec2264de', 21, false);
INSERT INTO public.metrics VALUES ('loss', 0.043478260869565216, 1750000001022, '241631d2529f4c49a8eb1e2aec2264de', 22, false);
INSERT INTO public.metrics VALUES ('loss', 0.041666666666666664, 1750000001023, '241631d2529f4c49a8eb1e2aec2264de', 23, false);
INSERT INTO public.metrics VALUES ('loss', 0.04, 1750000001024, '241631d2529f4c49a8eb1e2aec2264de', 24, false);
INSERT INTO public.metrics VALUES ('loss', 0.038461538461538464, 1750000001025, '241631d2529f4c49a8eb1e2aec2264de', 25, false);
INSERT INTO public.metrics VALUES ('loss', 0.037037037037037035, 1750000001026, '241631d2529f4c49a8eb1e2aec2264de', 26, false);
INSERT INTO public.metrics VALUES ('loss', 0.03571428571428571, 1750000001027, '241631d2529f4c49a8eb1e2aec2264de', 27, false);
INSERT INTO public.metrics VALUES ('loss', 0.034482758620689655, 1750000001028, '241631d2529f4c49a8eb1e2aec2264de', 28, false);
INSERT INTO public.metrics VALUES ('loss', 0.03333333333333333, 1750000001029, '241631d2529f4c49a8eb1e2aec2264de', 29, false);
INSERT INTO public.metrics VALUES ('loss', 0.03225806451612903, 1750000001030, '241631d2529f4c49a8eb1e2aec2264de', 30, false);
INSERT INTO public.metrics VALUES ('loss', 0.03125, 1750000001031, '241631d2529f4c49a8eb1e2aec2264de', 31, false);
INSERT INTO public.metrics VALUES ('loss', 0.030303030303030304, 1750000001032, '241631d2529f4c49a8eb1e2aec2264de', 32, false);
INSERT INTO public.metrics VALUES ('loss', 0.029411764705882353, 1750000001033, '241631d2529f4c49a8eb1e2aec2264de', 33, false);
INSERT INTO public.metrics VALUES ('loss', 0.02857142857142857, 1750000001034, '241631d2529f4c49a8eb1e2aec2264de', 34, false);
INSERT INTO public.metrics VALUES ('loss', 0.027777777777777776, 1750000001035, '241631d2529f4c49a8eb1e2aec2264de', 35, false);
INSERT INTO public.metrics VALUES ('loss', 0.02702702702702703, 1750000001036, '241631d2529f4c49a8eb1e2aec2264de', 36, false);
INSERT INTO public.metrics VALUES ('loss', 0.02631578947368421, 1750000001037, '241631d2529f4c49a8eb1e2aec2264de', 37, false);
INSERT INTO public.metrics VALUES ('loss', 0.02564102564102564, 1750000001038, '241631d2529f4c49a8eb1e2aec2264de', 38, false);
INSERT INTO public.metrics VALUES ('loss', 0.025, 1750000001039, '241631d2529f4c49a8eb1e2aec2264de', 39, false);
INSERT INTO public.metrics VALUES ('loss', 0.024390243902439025, 1750000001040, '241631d2529f4c49a8eb1e2aec2264de', 40, false);
INSERT INTO public.metrics VALUES ('loss', 0.023809523809523808, 1750000001041, '241631d2529f4c49a8eb1e2aec2264de', 41, false);
INSERT INTO public.metrics VALUES ('loss', 0.023255813953488372, 1750000001042, '241631d2529f4c49a8eb1e2aec2264de', 42, false);
INSERT INTO public.metrics VALUES ('loss', 0.022727272727272728, 1750000001043, '241631d2529f4c49a8eb1e2aec2264de', 43, false);
INSERT INTO public.metrics VALUES ('loss', 0.022222222222222223, 1750000001044, '241631d2529f4c49a8eb1e2aec2264de', 44, false);
INSERT INTO public.metrics VALUES ('loss', 0.021739130434782608, 1750000001045, '241631d2529f4c49a8eb1e2aec2264de', 45, false);
INSERT INTO public.metrics VALUES ('loss', 0.02127659574468085, 1750000001046, '241631d2529f4c49a8eb1e2aec2264de', 46, false);
INSERT INTO public.metrics VALUES ('loss', 0.020833333333333332, 1750000001047, '241631d2529f4c49a8eb1e2aec2264de', 47, false);
INSERT INTO public.metrics VALUES ('loss', 0.02040816326530612, 1750000001048, '241631d2529f4c49a8eb1e2aec2264de', 48, false);
INSERT INTO public.metrics VALUES ('loss', 0.02, 1750000001049, '241631d2529f4c49a8eb1e2aec2264de', 49, false);
INSERT INTO public.metrics VALUES ('loss', 0.0196078431372549, 1750000001050, '241631d2529f4c49a8eb1e2aec2264de', 50, false);
INSERT INTO public.metrics VALUES ('loss', 0.019230769230769232, 1750000001051, '241631d2529f4c49a8eb1e2aec2264de', 51, false);
INSERT INTO public.metrics VALUES ('loss', 0.018867924528301886, 1750000001052, '241631d2529f4c49a8eb1e2aec2264de', 52, false);
INSERT INTO public.metrics VALUES ('loss', 0.018518518518518517, 1750000001053, '241631d2529f4c49a8eb1e2aec2264de', 53, false);
INSERT INTO public.metrics VALUES ('loss', 0.01818181818181818, 1750000001054, '241631d2529f4c49a8eb1e2aec2264de', 54, false);
INSERT INTO public.metrics VALUES ('loss', 0.017857142857142856, 1750000001055, '241631d2529f4c49a8eb1e2aec2264de', 55, false);
INSERT INTO public.metrics VALUES ('loss', 0.017543859649122806, 1750000001056, '241631d2529f4c49a8eb1e2aec2264de', 56, false);
INSERT INTO public.metrics VALUES ('loss', 0.017241379310344827, 1750000001057, '241631d2529f4c49a8eb1e2aec2264de', 57, false);
INSERT INTO public.metrics VALUES ('loss', 0.01694915254237288, 1750000001058, '241631d2529f4c49a8eb1e2aec2264de', 58, false);
INSERT INTO public.metrics VALUES ('loss', 0.016666666666666666, 1750000001059, '241631d2529f4c49a8eb1e2aec2264de', 59, false);
INSERT INTO public.metrics VALUES ('odd', 0, 1750000000000, '241631d2529f4c49a8eb1e2aec2264de', 2, true);
INSERT INTO public.metrics VALUES ('odd', 1.7976931348623157e+308, 1750000000000, '241631d2529f4c49a8eb1e2aec2264de', 1, false);
INSERT INTO public.metrics VALUES ('odd', -1.7976931348623157e+308, 1750000000000, '241631d2529f4c49a8eb1e2aec2264de', 0, false);
INSERT INTO public.metrics VALUES ('before the first', -0.5, 1750000000000, '241631d2529f4c49a8eb1e2aec2264de', -1, false);
INSERT INTO public.metrics VALUES ('auc', 0.75, 1750000000009, '241631d2529f4c49a8eb1e2aec2264de', 0, false);
INSERT INTO public.metrics VALUES ('auc', 0, 1750000000000, 'c65f245326564a879417a72e046c89b1', 0, true);
INSERT INTO public.metrics VALUES ('auc', 0.5, 1750000000000, '198673b5ac1d453eb05d4cecbf2304d7', 0, false);
INSERT INTO public.metrics VALUES ('auc', 0.75, 1750000000000, '241631d2529f4c49a8eb1e2aec2264de', 0, false);
INSERT INTO public.metrics VALUES ('auc', 0.5, 1750000000001, '241631d2529f4c49a8eb1e2aec2264de', 1, false);
INSERT INTO public.metrics VALUES ('auc', 0.25, 1750000000000, '241631d2529f4c49a8eb1e2aec2264de', 0, false);


--
-- Data for Name: model_definitions; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: model_version_tags; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.model_version_tags VALUES ('validated', '1', 'regime', 1, 'default');
INSERT INTO public.model_version_tags VALUES ('validated', '2', 'regime', 2, 'default');
INSERT INTO public.model_version_tags VALUES ('validated', '3', 'regime', 3, 'default');
INSERT INTO public.model_version_tags VALUES ('validated', '4', 'regime', 4, 'default');
INSERT INTO public.model_version_tags VALUES ('mlflow.prompt.is_prompt', 'true', 'greeting', 1, 'default');
INSERT INTO public.model_version_tags VALUES ('mlflow.prompt.text', 'Hello {{name}}', 'greeting', 1, 'default');


--
-- Data for Name: model_versions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.model_versions VALUES ('regime', 1, 1795759093054, 1795759093551, 'version 1', NULL, 'Archived', 's3://bucket/regime/1', '241631d2529f4c49a8eb1e2aec2264de', 'READY', NULL, '', 's3://bucket/regime/1', 'default');
INSERT INTO public.model_versions VALUES ('regime', 2, 1795759093211, 1795759093753, 'version 2', NULL, 'Production', 's3://bucket/regime/2', '241631d2529f4c49a8eb1e2aec2264de', 'READY', NULL, '', 's3://bucket/regime/2', 'default');
INSERT INTO public.model_versions VALUES ('regime', 3, 1795759093315, 1795759093863, 'version 3', NULL, 'Staging', 's3://bucket/regime/3', '241631d2529f4c49a8eb1e2aec2264de', 'READY', NULL, '', 's3://bucket/regime/3', 'default');
INSERT INTO public.model_versions VALUES ('regime', 4, 1795759093420, 1795759093974, NULL, NULL, 'Deleted_Internal', 'REDACTED-SOURCE-PATH', 'REDACTED-RUN-ID', 'READY', NULL, 'REDACTED-RUN-LINK', 's3://bucket/regime/4', 'default');
INSERT INTO public.model_versions VALUES ('greeting', 1, 1795759094907, 1795759094907, '', NULL, 'None', 'dummy-source', '', 'READY', NULL, '', 'dummy-source', 'default');


--
-- Data for Name: online_scoring_configs; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: params; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.params VALUES ('lr', '0.001', '241631d2529f4c49a8eb1e2aec2264de');
INSERT INTO public.params VALUES ('layers of', '8, 16', '241631d2529f4c49a8eb1e2aec2264de');
INSERT INTO public.params VALUES ('empty', '', '241631d2529f4c49a8eb1e2aec2264de');
INSERT INTO public.params VALUES ('long', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', '241631d2529f4c49a8eb1e2aec2264de');


--
-- Data for Name: registered_model_aliases; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.registered_model_aliases VALUES ('champion', 2, 'regime', 'default');
INSERT INTO public.registered_model_aliases VALUES ('next', 3, 'regime', 'default');


--
-- Data for Name: registered_model_tags; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.registered_model_tags VALUES ('owner', 'ana', 'regime', 'default');
INSERT INTO public.registered_model_tags VALUES ('mlflow.prompt.is_prompt', 'true', 'greeting', 'default');


--
-- Data for Name: registered_models; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.registered_models VALUES ('regime', 1795759092763, 1795759093974, 'märkte', 'default');
INSERT INTO public.registered_models VALUES ('empty é', 1795759094515, 1795759094515, '', 'default');
INSERT INTO public.registered_models VALUES ('greeting', 1795759094811, 1795759094907, '', 'default');


--
-- Data for Name: runs; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.runs VALUES ('cba67a71c85f499dba1736f438bd020d', 'of a deleted experiment', 'UNKNOWN', '', '', '', 'RUNNING', 1750000000000, NULL, '', 'deleted', 'mlflow-artifacts:/3/cba67a71c85f499dba1736f438bd020d/artifacts', 3, 1795759087691);
INSERT INTO public.runs VALUES ('c65f245326564a879417a72e046c89b1', 'child', 'UNKNOWN', '', '', 'ana', 'FAILED', 1750000002000, 1750000003000, '', 'active', 'mlflow-artifacts:/1/c65f245326564a879417a72e046c89b1/artifacts', 1, NULL);
INSERT INTO public.runs VALUES ('82a6fc970c1b4cbc8874d317f834b17b', 'deleted', 'UNKNOWN', '', '', 'ana', 'RUNNING', 1750000002500, NULL, '', 'deleted', 'mlflow-artifacts:/1/82a6fc970c1b4cbc8874d317f834b17b/artifacts', 1, 1795759090220);
INSERT INTO public.runs VALUES ('198673b5ac1d453eb05d4cecbf2304d7', 'hmm', 'UNKNOWN', '', '', 'ana', 'RUNNING', 1750000000500, NULL, '', 'active', 's3://bucket/fx/198673b5ac1d453eb05d4cecbf2304d7/artifacts', 2, NULL);
INSERT INTO public.runs VALUES ('241631d2529f4c49a8eb1e2aec2264de', 'tcn-1', 'UNKNOWN', '', '', 'ana', 'FINISHED', 1750000001000, 1750000009000, '', 'active', 'mlflow-artifacts:/1/241631d2529f4c49a8eb1e2aec2264de/artifacts', 1, NULL);


--
-- Data for Name: scorer_versions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.scorer_versions VALUES ('0491896e-169a-4a89-a3a1-a3d569355f61', 1, '{"name": "tone", "mlflow_version": "3.11", "serialization_version": 1}', 1795759096762);
INSERT INTO public.scorer_versions VALUES ('0491896e-169a-4a89-a3a1-a3d569355f61', 2, '{"name": "tone", "mlflow_version": "3.11", "serialization_version": 1}', 1795759096868);


--
-- Data for Name: scorers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.scorers VALUES (1, 'tone', '0491896e-169a-4a89-a3a1-a3d569355f61');


--
-- Data for Name: secrets; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: span_metrics; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: spans; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.spans VALUES ('tr-0123456789abcdef0123456789abcdef', 1, '0000000000000001', NULL, 'ask é', '"LLM"', 'OK', 1750000000000000000, 1750000000040000000, DEFAULT, '{"trace_id": "ASNFZ4mrze8BI0VniavN7w==", "span_id": "AAAAAAAAAAE=", "parent_span_id": null, "name": "ask \u00e9", "start_time_unix_nano": 1750000000000000000, "end_time_unix_nano": 1750000000040000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.traceRequestId": "\"tr-0123456789abcdef0123456789abcdef\"", "mlflow.spanType": "\"LLM\"", "mlflow.spanInputs": "{\"question\": \"why\"}", "mlflow.spanOutputs": "\"because\""}}', 'null');
INSERT INTO public.spans VALUES ('tr-0123456789abcdef0123456789abcdef', 1, '0000000000000002', '0000000000000001', 'look up', '"RETRIEVER"', 'ERROR', 1750000000005000000, 1750000000020000000, DEFAULT, '{"trace_id": "ASNFZ4mrze8BI0VniavN7w==", "span_id": "AAAAAAAAAAI=", "parent_span_id": "AAAAAAAAAAE=", "name": "look up", "start_time_unix_nano": 1750000000005000000, "end_time_unix_nano": 1750000000020000000, "events": [], "status": {"code": "STATUS_CODE_ERROR", "message": ""}, "attributes": {"mlflow.traceRequestId": "\"tr-0123456789abcdef0123456789abcdef\"", "mlflow.spanType": "\"RETRIEVER\"", "model": "\"gpt\""}}', 'null');


--
-- Data for Name: tags; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tags VALUES ('mlflow.runName', 'of a deleted experiment', 'cba67a71c85f499dba1736f438bd020d');
INSERT INTO public.tags VALUES ('mlflow.source.name', 'train.py', '241631d2529f4c49a8eb1e2aec2264de');
INSERT INTO public.tags VALUES ('stage', 'keeps é', '241631d2529f4c49a8eb1e2aec2264de');
INSERT INTO public.tags VALUES ('mlflow.runName', 'tcn-1', '241631d2529f4c49a8eb1e2aec2264de');
INSERT INTO public.tags VALUES ('mlflow.parentRunId', '241631d2529f4c49a8eb1e2aec2264de', 'c65f245326564a879417a72e046c89b1');
INSERT INTO public.tags VALUES ('mlflow.runName', 'child', 'c65f245326564a879417a72e046c89b1');
INSERT INTO public.tags VALUES ('mlflow.runName', 'deleted', '82a6fc970c1b4cbc8874d317f834b17b');
INSERT INTO public.tags VALUES ('mlflow.runName', 'hmm', '198673b5ac1d453eb05d4cecbf2304d7');


--
-- Data for Name: trace_info; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.trace_info VALUES ('tr-00000000000000000000000000000001', 1, 1749999660500, 1500, 'OK', 'req-1', 'in', 'out');
INSERT INTO public.trace_info VALUES ('tr-00000000000000000000000000000002', 1, 1749999720500, 20, 'ERROR', 'req-2', 'in', 'out');
INSERT INTO public.trace_info VALUES ('tr-00000000000000000000000000000003', 1, 1749999780500, NULL, 'IN_PROGRESS', 'req-3', 'in', 'out');
INSERT INTO public.trace_info VALUES ('tr-0123456789abcdef0123456789abcdef', 1, 1750000000000, 40, 'OK', NULL, '{"question": "why"}', '"because"');


--
-- Data for Name: trace_metrics; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.trace_metrics VALUES ('tr-00000000000000000000000000000001', 'input_tokens', 7);
INSERT INTO public.trace_metrics VALUES ('tr-00000000000000000000000000000001', 'output_tokens', 5);
INSERT INTO public.trace_metrics VALUES ('tr-00000000000000000000000000000001', 'total_tokens', 12);


--
-- Data for Name: trace_request_metadata; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.trace_request_metadata VALUES ('mlflow.sourceRun', '241631d2529f4c49a8eb1e2aec2264de', 'tr-00000000000000000000000000000001');
INSERT INTO public.trace_request_metadata VALUES ('mlflow.trace.tokenUsage', '{"input_tokens": 7, "output_tokens": 5, "total_tokens": 12}', 'tr-00000000000000000000000000000001');
INSERT INTO public.trace_request_metadata VALUES ('mlflow.trace.session', 's1', 'tr-00000000000000000000000000000001');
INSERT INTO public.trace_request_metadata VALUES ('mlflow.trace.infoFinalized', 'true', 'tr-00000000000000000000000000000001');
INSERT INTO public.trace_request_metadata VALUES ('mlflow.trace.session', 's1', 'tr-00000000000000000000000000000002');
INSERT INTO public.trace_request_metadata VALUES ('mlflow.trace.infoFinalized', 'true', 'tr-00000000000000000000000000000002');
INSERT INTO public.trace_request_metadata VALUES ('mlflow.trace.infoFinalized', 'true', 'tr-00000000000000000000000000000003');


--
-- Data for Name: trace_tags; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.trace_tags VALUES ('team', 'a é', 'tr-00000000000000000000000000000001');
INSERT INTO public.trace_tags VALUES ('mlflow.traceName', 'checkout', 'tr-00000000000000000000000000000001');
INSERT INTO public.trace_tags VALUES ('mlflow.artifactLocation', 'mlflow-artifacts:/1/traces/tr-00000000000000000000000000000001/artifacts', 'tr-00000000000000000000000000000001');
INSERT INTO public.trace_tags VALUES ('mlflow.traceName', 'checkout', 'tr-00000000000000000000000000000002');
INSERT INTO public.trace_tags VALUES ('mlflow.artifactLocation', 'mlflow-artifacts:/1/traces/tr-00000000000000000000000000000002/artifacts', 'tr-00000000000000000000000000000002');
INSERT INTO public.trace_tags VALUES ('mlflow.artifactLocation', 'mlflow-artifacts:/1/traces/tr-00000000000000000000000000000003/artifacts', 'tr-00000000000000000000000000000003');
INSERT INTO public.trace_tags VALUES ('mlflow.artifactLocation', 'mlflow-artifacts:/1/traces/tr-0123456789abcdef0123456789abcdef/artifacts', 'tr-0123456789abcdef0123456789abcdef');
INSERT INTO public.trace_tags VALUES ('mlflow.trace.spansLocation', 'TRACKING_STORE', 'tr-0123456789abcdef0123456789abcdef');
INSERT INTO public.trace_tags VALUES ('late', 'yes', 'tr-00000000000000000000000000000003');


--
-- Data for Name: webhook_events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.webhook_events VALUES ('0f4b4a8b-f83e-4f2e-8dfa-98a3fefdc391', 'model_version', 'created');
INSERT INTO public.webhook_events VALUES ('0f4b4a8b-f83e-4f2e-8dfa-98a3fefdc391', 'registered_model', 'created');
INSERT INTO public.webhook_events VALUES ('f9fb180e-f90d-4393-b4a0-496e37566e79', 'model_version_alias', 'created');


--
-- Data for Name: webhooks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.webhooks VALUES ('0f4b4a8b-f83e-4f2e-8dfa-98a3fefdc391', 'a', NULL, 'https://hooks.example/a', 'DISABLED', 'gAAAAABrCRv0cJFUXcubX8tPueIwMWhLE1FSMN275o3OKPfAI92UkUpncDLZ-EXSETECnjFSmziW0v_GAazhnsi_rPRdegrf6A==', 1795759092407, 1795759092407, NULL, 'default');
INSERT INTO public.webhooks VALUES ('f9fb180e-f90d-4393-b4a0-496e37566e79', 'b', NULL, 'https://hooks.example/b', 'DISABLED', 'gAAAAABrCRv0ucDKxNEZZs7otMItRVDvuH8QpiJ7IzdzKEG48pAu7g3QNcLABvao1odBz0O00Dh7itjU220KFYSwhaBm7MXeUQ==', 1795759092597, 1795759092597, NULL, 'default');


--
-- Data for Name: workspaces; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.workspaces VALUES ('default', 'Default workspace for legacy resources', NULL);


--
-- Name: experiments_experiment_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.experiments_experiment_id_seq', 3, true);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: assessments assessments_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_pk PRIMARY KEY (assessment_id);


--
-- Name: budget_policies budget_policies_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.budget_policies
    ADD CONSTRAINT budget_policies_pk PRIMARY KEY (budget_policy_id);


--
-- Name: datasets dataset_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.datasets
    ADD CONSTRAINT dataset_pk PRIMARY KEY (experiment_id, name, digest);


--
-- Name: endpoint_bindings endpoint_bindings_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.endpoint_bindings
    ADD CONSTRAINT endpoint_bindings_pk PRIMARY KEY (endpoint_id, resource_type, resource_id);


--
-- Name: endpoint_model_mappings endpoint_model_mappings_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.endpoint_model_mappings
    ADD CONSTRAINT endpoint_model_mappings_pk PRIMARY KEY (mapping_id);


--
-- Name: endpoint_tags endpoint_tag_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.endpoint_tags
    ADD CONSTRAINT endpoint_tag_pk PRIMARY KEY (key, endpoint_id);


--
-- Name: endpoints endpoints_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_pk PRIMARY KEY (endpoint_id);


--
-- Name: entity_associations entity_associations_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_associations
    ADD CONSTRAINT entity_associations_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id);


--
-- Name: evaluation_dataset_records evaluation_dataset_records_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evaluation_dataset_records
    ADD CONSTRAINT evaluation_dataset_records_pk PRIMARY KEY (dataset_record_id);


--
-- Name: evaluation_dataset_tags evaluation_dataset_tags_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evaluation_dataset_tags
    ADD CONSTRAINT evaluation_dataset_tags_pk PRIMARY KEY (dataset_id, key);


--
-- Name: evaluation_datasets evaluation_datasets_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evaluation_datasets
    ADD CONSTRAINT evaluation_datasets_pk PRIMARY KEY (dataset_id);


--
-- Name: experiments experiment_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiments
    ADD CONSTRAINT experiment_pk PRIMARY KEY (experiment_id);


--
-- Name: experiment_tags experiment_tag_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiment_tags
    ADD CONSTRAINT experiment_tag_pk PRIMARY KEY (key, experiment_id);


--
-- Name: guardrail_configs guardrail_configs_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardrail_configs
    ADD CONSTRAINT guardrail_configs_pk PRIMARY KEY (endpoint_id, guardrail_id);


--
-- Name: guardrails guardrails_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardrails
    ADD CONSTRAINT guardrails_pk PRIMARY KEY (guardrail_id);


--
-- Name: input_tags input_tags_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.input_tags
    ADD CONSTRAINT input_tags_pk PRIMARY KEY (input_uuid, name);


--
-- Name: inputs inputs_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inputs
    ADD CONSTRAINT inputs_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id);


--
-- Name: issues issues_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.issues
    ADD CONSTRAINT issues_pk PRIMARY KEY (issue_id);


--
-- Name: jobs jobs_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pk PRIMARY KEY (id);


--
-- Name: latest_metrics latest_metric_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.latest_metrics
    ADD CONSTRAINT latest_metric_pk PRIMARY KEY (key, run_uuid);


--
-- Name: logged_model_metrics logged_model_metrics_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.logged_model_metrics
    ADD CONSTRAINT logged_model_metrics_pk PRIMARY KEY (model_id, metric_name, metric_timestamp_ms, metric_step, run_id);


--
-- Name: logged_model_params logged_model_params_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.logged_model_params
    ADD CONSTRAINT logged_model_params_pk PRIMARY KEY (model_id, param_key);


--
-- Name: logged_model_tags logged_model_tags_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.logged_model_tags
    ADD CONSTRAINT logged_model_tags_pk PRIMARY KEY (model_id, tag_key);


--
-- Name: logged_models logged_models_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.logged_models
    ADD CONSTRAINT logged_models_pk PRIMARY KEY (model_id);


--
-- Name: metrics metric_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.metrics
    ADD CONSTRAINT metric_pk PRIMARY KEY (key, "timestamp", step, run_uuid, value, is_nan);


--
-- Name: model_definitions model_definitions_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model_definitions
    ADD CONSTRAINT model_definitions_pk PRIMARY KEY (model_definition_id);


--
-- Name: model_versions model_version_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model_versions
    ADD CONSTRAINT model_version_pk PRIMARY KEY (workspace, name, version);


--
-- Name: model_version_tags model_version_tag_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model_version_tags
    ADD CONSTRAINT model_version_tag_pk PRIMARY KEY (workspace, key, name, version);


--
-- Name: online_scoring_configs online_scoring_config_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.online_scoring_configs
    ADD CONSTRAINT online_scoring_config_pk PRIMARY KEY (online_scoring_config_id);


--
-- Name: params param_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.params
    ADD CONSTRAINT param_pk PRIMARY KEY (key, run_uuid);


--
-- Name: registered_model_aliases registered_model_alias_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registered_model_aliases
    ADD CONSTRAINT registered_model_alias_pk PRIMARY KEY (workspace, name, alias);


--
-- Name: registered_models registered_model_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registered_models
    ADD CONSTRAINT registered_model_pk PRIMARY KEY (workspace, name);


--
-- Name: registered_model_tags registered_model_tag_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registered_model_tags
    ADD CONSTRAINT registered_model_tag_pk PRIMARY KEY (workspace, key, name);


--
-- Name: runs run_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT run_pk PRIMARY KEY (run_uuid);


--
-- Name: scorers scorer_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.scorers
    ADD CONSTRAINT scorer_pk PRIMARY KEY (scorer_id);


--
-- Name: scorer_versions scorer_version_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.scorer_versions
    ADD CONSTRAINT scorer_version_pk PRIMARY KEY (scorer_id, scorer_version);


--
-- Name: secrets secrets_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.secrets
    ADD CONSTRAINT secrets_pk PRIMARY KEY (secret_id);


--
-- Name: span_metrics span_metrics_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.span_metrics
    ADD CONSTRAINT span_metrics_pk PRIMARY KEY (trace_id, span_id, key);


--
-- Name: spans spans_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.spans
    ADD CONSTRAINT spans_pk PRIMARY KEY (trace_id, span_id);


--
-- Name: tags tag_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tag_pk PRIMARY KEY (key, run_uuid);


--
-- Name: trace_info trace_info_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trace_info
    ADD CONSTRAINT trace_info_pk PRIMARY KEY (request_id);


--
-- Name: trace_metrics trace_metrics_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trace_metrics
    ADD CONSTRAINT trace_metrics_pk PRIMARY KEY (request_id, key);


--
-- Name: trace_request_metadata trace_request_metadata_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trace_request_metadata
    ADD CONSTRAINT trace_request_metadata_pk PRIMARY KEY (key, request_id);


--
-- Name: trace_tags trace_tag_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trace_tags
    ADD CONSTRAINT trace_tag_pk PRIMARY KEY (key, request_id);


--
-- Name: evaluation_dataset_records unique_dataset_input; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evaluation_dataset_records
    ADD CONSTRAINT unique_dataset_input UNIQUE (dataset_id, input_hash);


--
-- Name: endpoints uq_endpoints_workspace_name; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT uq_endpoints_workspace_name UNIQUE (workspace, name);


--
-- Name: experiments uq_experiments_workspace_name; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiments
    ADD CONSTRAINT uq_experiments_workspace_name UNIQUE (workspace, name);


--
-- Name: model_definitions uq_model_definitions_workspace_name; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model_definitions
    ADD CONSTRAINT uq_model_definitions_workspace_name UNIQUE (workspace, name);


--
-- Name: secrets uq_secrets_workspace_secret_name; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.secrets
    ADD CONSTRAINT uq_secrets_workspace_secret_name UNIQUE (workspace, secret_name);


--
-- Name: webhook_events webhook_event_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_events
    ADD CONSTRAINT webhook_event_pk PRIMARY KEY (webhook_id, entity, action);


--
-- Name: webhooks webhook_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhook_pk PRIMARY KEY (webhook_id);


--
-- Name: workspaces workspaces_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces
    ADD CONSTRAINT workspaces_pk PRIMARY KEY (name);


--
-- Name: idx_budget_policies_workspace; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_budget_policies_workspace ON public.budget_policies USING btree (workspace);


--
-- Name: idx_endpoints_workspace; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_endpoints_workspace ON public.endpoints USING btree (workspace);


--
-- Name: idx_evaluation_datasets_workspace; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_evaluation_datasets_workspace ON public.evaluation_datasets USING btree (workspace);


--
-- Name: idx_experiments_workspace; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_experiments_workspace ON public.experiments USING btree (workspace);


--
-- Name: idx_experiments_workspace_creation_time; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_experiments_workspace_creation_time ON public.experiments USING btree (workspace, creation_time);


--
-- Name: idx_guardrail_configs_endpoint_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_guardrail_configs_endpoint_id ON public.guardrail_configs USING btree (endpoint_id);


--
-- Name: idx_guardrail_configs_guardrail_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_guardrail_configs_guardrail_id ON public.guardrail_configs USING btree (guardrail_id);


--
-- Name: idx_guardrails_scorer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_guardrails_scorer ON public.guardrails USING btree (scorer_id, scorer_version);


--
-- Name: idx_guardrails_workspace; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_guardrails_workspace ON public.guardrails USING btree (workspace);


--
-- Name: idx_model_definitions_workspace; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_model_definitions_workspace ON public.model_definitions USING btree (workspace);


--
-- Name: idx_model_version_tags_workspace_name_version; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_model_version_tags_workspace_name_version ON public.model_version_tags USING btree (workspace, name, version);


--
-- Name: idx_registered_model_tags_workspace_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_registered_model_tags_workspace_name ON public.registered_model_tags USING btree (workspace, name);


--
-- Name: idx_registered_models_workspace; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_registered_models_workspace ON public.registered_models USING btree (workspace);


--
-- Name: idx_secrets_workspace; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_secrets_workspace ON public.secrets USING btree (workspace);


--
-- Name: idx_webhook_events_action; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_webhook_events_action ON public.webhook_events USING btree (action);


--
-- Name: idx_webhook_events_entity; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_webhook_events_entity ON public.webhook_events USING btree (entity);


--
-- Name: idx_webhook_events_entity_action; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_webhook_events_entity_action ON public.webhook_events USING btree (entity, action);


--
-- Name: idx_webhooks_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_webhooks_name ON public.webhooks USING btree (name);


--
-- Name: idx_webhooks_status; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_webhooks_status ON public.webhooks USING btree (status);


--
-- Name: idx_webhooks_workspace; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_webhooks_workspace ON public.webhooks USING btree (workspace);


--
-- Name: index_assessments_assessment_type; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_assessments_assessment_type ON public.assessments USING btree (assessment_type);


--
-- Name: index_assessments_last_updated_timestamp; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_assessments_last_updated_timestamp ON public.assessments USING btree (last_updated_timestamp);


--
-- Name: index_assessments_run_id_created_timestamp; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_assessments_run_id_created_timestamp ON public.assessments USING btree (run_id, created_timestamp);


--
-- Name: index_assessments_trace_id_created_timestamp; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_assessments_trace_id_created_timestamp ON public.assessments USING btree (trace_id, created_timestamp);


--
-- Name: index_datasets_dataset_uuid; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_datasets_dataset_uuid ON public.datasets USING btree (dataset_uuid);


--
-- Name: index_datasets_experiment_id_dataset_source_type; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_datasets_experiment_id_dataset_source_type ON public.datasets USING btree (experiment_id, dataset_source_type);


--
-- Name: index_endpoint_model_mappings_endpoint_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_endpoint_model_mappings_endpoint_id ON public.endpoint_model_mappings USING btree (endpoint_id);


--
-- Name: index_endpoint_model_mappings_model_definition_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_endpoint_model_mappings_model_definition_id ON public.endpoint_model_mappings USING btree (model_definition_id);


--
-- Name: index_endpoint_tags_endpoint_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_endpoint_tags_endpoint_id ON public.endpoint_tags USING btree (endpoint_id);


--
-- Name: index_entity_associations_association_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_entity_associations_association_id ON public.entity_associations USING btree (association_id);


--
-- Name: index_entity_associations_reverse_lookup; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_entity_associations_reverse_lookup ON public.entity_associations USING btree (destination_type, destination_id, source_type, source_id);


--
-- Name: index_evaluation_dataset_records_dataset_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_evaluation_dataset_records_dataset_id ON public.evaluation_dataset_records USING btree (dataset_id);


--
-- Name: index_evaluation_dataset_tags_dataset_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_evaluation_dataset_tags_dataset_id ON public.evaluation_dataset_tags USING btree (dataset_id);


--
-- Name: index_evaluation_datasets_created_time; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_evaluation_datasets_created_time ON public.evaluation_datasets USING btree (created_time);


--
-- Name: index_evaluation_datasets_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_evaluation_datasets_name ON public.evaluation_datasets USING btree (name);


--
-- Name: index_inputs_destination_type_destination_id_source_type; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_inputs_destination_type_destination_id_source_type ON public.inputs USING btree (destination_type, destination_id, source_type);


--
-- Name: index_inputs_input_uuid; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_inputs_input_uuid ON public.inputs USING btree (input_uuid);


--
-- Name: index_issues_experiment_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_issues_experiment_id ON public.issues USING btree (experiment_id);


--
-- Name: index_issues_source_run_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_issues_source_run_id ON public.issues USING btree (source_run_id);


--
-- Name: index_issues_status; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_issues_status ON public.issues USING btree (status);


--
-- Name: index_jobs_name_status_creation_time; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_jobs_name_status_creation_time ON public.jobs USING btree (job_name, workspace, status, creation_time);


--
-- Name: index_latest_metrics_run_uuid; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_latest_metrics_run_uuid ON public.latest_metrics USING btree (run_uuid);


--
-- Name: index_logged_model_metrics_model_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_logged_model_metrics_model_id ON public.logged_model_metrics USING btree (model_id);


--
-- Name: index_metrics_run_uuid; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_metrics_run_uuid ON public.metrics USING btree (run_uuid);


--
-- Name: index_metrics_run_uuid_key_step; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_metrics_run_uuid_key_step ON public.metrics USING btree (run_uuid, key, step);


--
-- Name: index_model_definitions_provider; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_model_definitions_provider ON public.model_definitions USING btree (provider);


--
-- Name: index_model_definitions_secret_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_model_definitions_secret_id ON public.model_definitions USING btree (secret_id);


--
-- Name: index_params_run_uuid; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_params_run_uuid ON public.params USING btree (run_uuid);


--
-- Name: index_scorer_versions_scorer_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_scorer_versions_scorer_id ON public.scorer_versions USING btree (scorer_id);


--
-- Name: index_scorers_experiment_id_scorer_name; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX index_scorers_experiment_id_scorer_name ON public.scorers USING btree (experiment_id, scorer_name);


--
-- Name: index_span_metrics_trace_id_span_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_span_metrics_trace_id_span_id ON public.span_metrics USING btree (trace_id, span_id);


--
-- Name: index_spans_experiment_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_spans_experiment_id ON public.spans USING btree (experiment_id);


--
-- Name: index_spans_experiment_id_duration; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_spans_experiment_id_duration ON public.spans USING btree (experiment_id, duration_ns);


--
-- Name: index_spans_experiment_id_status_type; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_spans_experiment_id_status_type ON public.spans USING btree (experiment_id, status, type);


--
-- Name: index_spans_experiment_id_type_status; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_spans_experiment_id_type_status ON public.spans USING btree (experiment_id, type, status);


--
-- Name: index_tags_run_uuid; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_tags_run_uuid ON public.tags USING btree (run_uuid);


--
-- Name: index_trace_info_experiment_id_timestamp_ms; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_trace_info_experiment_id_timestamp_ms ON public.trace_info USING btree (experiment_id, timestamp_ms);


--
-- Name: index_trace_metrics_request_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_trace_metrics_request_id ON public.trace_metrics USING btree (request_id);


--
-- Name: index_trace_request_metadata_request_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_trace_request_metadata_request_id ON public.trace_request_metadata USING btree (request_id);


--
-- Name: index_trace_tags_request_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX index_trace_tags_request_id ON public.trace_tags USING btree (request_id);


--
-- Name: unique_endpoint_model_linkage_mapping; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX unique_endpoint_model_linkage_mapping ON public.endpoint_model_mappings USING btree (endpoint_id, model_definition_id, linkage_type);


--
-- Name: secrets prevent_secrets_aad_mutation; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER prevent_secrets_aad_mutation BEFORE UPDATE ON public.secrets FOR EACH ROW EXECUTE FUNCTION public.prevent_secrets_aad_mutation();


--
-- Name: experiment_tags experiment_tags_experiment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiment_tags
    ADD CONSTRAINT experiment_tags_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);


--
-- Name: assessments fk_assessments_trace_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT fk_assessments_trace_id FOREIGN KEY (trace_id) REFERENCES public.trace_info(request_id) ON DELETE CASCADE;


--
-- Name: datasets fk_datasets_experiment_id_experiments; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.datasets
    ADD CONSTRAINT fk_datasets_experiment_id_experiments FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id) ON DELETE CASCADE;


--
-- Name: endpoint_bindings fk_endpoint_bindings_endpoint_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.endpoint_bindings
    ADD CONSTRAINT fk_endpoint_bindings_endpoint_id FOREIGN KEY (endpoint_id) REFERENCES public.endpoints(endpoint_id) ON DELETE CASCADE;


--
-- Name: endpoint_model_mappings fk_endpoint_model_mappings_endpoint_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.endpoint_model_mappings
    ADD CONSTRAINT fk_endpoint_model_mappings_endpoint_id FOREIGN KEY (endpoint_id) REFERENCES public.endpoints(endpoint_id) ON DELETE CASCADE;


--
-- Name: endpoint_model_mappings fk_endpoint_model_mappings_model_definition_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.endpoint_model_mappings
    ADD CONSTRAINT fk_endpoint_model_mappings_model_definition_id FOREIGN KEY (model_definition_id) REFERENCES public.model_definitions(model_definition_id);


--
-- Name: endpoint_tags fk_endpoint_tags_endpoint_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.endpoint_tags
    ADD CONSTRAINT fk_endpoint_tags_endpoint_id FOREIGN KEY (endpoint_id) REFERENCES public.endpoints(endpoint_id) ON DELETE CASCADE;


--
-- Name: endpoints fk_endpoints_experiment_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT fk_endpoints_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id) ON DELETE SET NULL;


--
-- Name: evaluation_dataset_records fk_evaluation_dataset_records_dataset_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evaluation_dataset_records
    ADD CONSTRAINT fk_evaluation_dataset_records_dataset_id FOREIGN KEY (dataset_id) REFERENCES public.evaluation_datasets(dataset_id) ON DELETE CASCADE;


--
-- Name: evaluation_dataset_tags fk_evaluation_dataset_tags_dataset_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evaluation_dataset_tags
    ADD CONSTRAINT fk_evaluation_dataset_tags_dataset_id FOREIGN KEY (dataset_id) REFERENCES public.evaluation_datasets(dataset_id) ON DELETE CASCADE;


--
-- Name: guardrail_configs fk_guardrail_configs_endpoint_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardrail_configs
    ADD CONSTRAINT fk_guardrail_configs_endpoint_id FOREIGN KEY (endpoint_id) REFERENCES public.endpoints(endpoint_id) ON DELETE CASCADE;


--
-- Name: guardrail_configs fk_guardrail_configs_guardrail_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardrail_configs
    ADD CONSTRAINT fk_guardrail_configs_guardrail_id FOREIGN KEY (guardrail_id) REFERENCES public.guardrails(guardrail_id) ON DELETE CASCADE;


--
-- Name: guardrails fk_guardrails_action_endpoint_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardrails
    ADD CONSTRAINT fk_guardrails_action_endpoint_id FOREIGN KEY (action_endpoint_id) REFERENCES public.endpoints(endpoint_id) ON DELETE SET NULL;


--
-- Name: guardrails fk_guardrails_scorer_version; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardrails
    ADD CONSTRAINT fk_guardrails_scorer_version FOREIGN KEY (scorer_id, scorer_version) REFERENCES public.scorer_versions(scorer_id, scorer_version);


--
-- Name: issues fk_issues_experiment_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.issues
    ADD CONSTRAINT fk_issues_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id) ON DELETE CASCADE;


--
-- Name: issues fk_issues_source_run_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.issues
    ADD CONSTRAINT fk_issues_source_run_id FOREIGN KEY (source_run_id) REFERENCES public.runs(run_uuid) ON DELETE SET NULL;


--
-- Name: logged_model_metrics fk_logged_model_metrics_experiment_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.logged_model_metrics
    ADD CONSTRAINT fk_logged_model_metrics_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);


--
-- Name: logged_model_metrics fk_logged_model_metrics_model_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.logged_model_metrics
    ADD CONSTRAINT fk_logged_model_metrics_model_id FOREIGN KEY (model_id) REFERENCES public.logged_models(model_id) ON DELETE CASCADE;


--
-- Name: logged_model_metrics fk_logged_model_metrics_run_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.logged_model_metrics
    ADD CONSTRAINT fk_logged_model_metrics_run_id FOREIGN KEY (run_id) REFERENCES public.runs(run_uuid) ON DELETE CASCADE;


--
-- Name: logged_model_params fk_logged_model_params_experiment_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.logged_model_params
    ADD CONSTRAINT fk_logged_model_params_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);


--
-- Name: logged_model_params fk_logged_model_params_model_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.logged_model_params
    ADD CONSTRAINT fk_logged_model_params_model_id FOREIGN KEY (model_id) REFERENCES public.logged_models(model_id) ON DELETE CASCADE;


--
-- Name: logged_model_tags fk_logged_model_tags_experiment_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.logged_model_tags
    ADD CONSTRAINT fk_logged_model_tags_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);


--
-- Name: logged_model_tags fk_logged_model_tags_model_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.logged_model_tags
    ADD CONSTRAINT fk_logged_model_tags_model_id FOREIGN KEY (model_id) REFERENCES public.logged_models(model_id) ON DELETE CASCADE;


--
-- Name: logged_models fk_logged_models_experiment_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.logged_models
    ADD CONSTRAINT fk_logged_models_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id) ON DELETE CASCADE;


--
-- Name: model_definitions fk_model_definitions_secret_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model_definitions
    ADD CONSTRAINT fk_model_definitions_secret_id FOREIGN KEY (secret_id) REFERENCES public.secrets(secret_id) ON DELETE SET NULL;


--
-- Name: model_version_tags fk_model_version_tags_model_versions; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model_version_tags
    ADD CONSTRAINT fk_model_version_tags_model_versions FOREIGN KEY (workspace, name, version) REFERENCES public.model_versions(workspace, name, version) ON UPDATE CASCADE;


--
-- Name: model_versions fk_model_versions_registered_models; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model_versions
    ADD CONSTRAINT fk_model_versions_registered_models FOREIGN KEY (workspace, name) REFERENCES public.registered_models(workspace, name) ON UPDATE CASCADE;


--
-- Name: online_scoring_configs fk_online_scoring_configs_experiment_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.online_scoring_configs
    ADD CONSTRAINT fk_online_scoring_configs_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);


--
-- Name: online_scoring_configs fk_online_scoring_configs_scorer_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.online_scoring_configs
    ADD CONSTRAINT fk_online_scoring_configs_scorer_id FOREIGN KEY (scorer_id) REFERENCES public.scorers(scorer_id) ON DELETE CASCADE;


--
-- Name: registered_model_aliases fk_registered_model_aliases_registered_models; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registered_model_aliases
    ADD CONSTRAINT fk_registered_model_aliases_registered_models FOREIGN KEY (workspace, name) REFERENCES public.registered_models(workspace, name) ON UPDATE CASCADE ON DELETE CASCADE;


--
-- Name: registered_model_tags fk_registered_model_tags_registered_models; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registered_model_tags
    ADD CONSTRAINT fk_registered_model_tags_registered_models FOREIGN KEY (workspace, name) REFERENCES public.registered_models(workspace, name) ON UPDATE CASCADE;


--
-- Name: scorer_versions fk_scorer_versions_scorer_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.scorer_versions
    ADD CONSTRAINT fk_scorer_versions_scorer_id FOREIGN KEY (scorer_id) REFERENCES public.scorers(scorer_id) ON DELETE CASCADE;


--
-- Name: scorers fk_scorers_experiment_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.scorers
    ADD CONSTRAINT fk_scorers_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id) ON DELETE CASCADE;


--
-- Name: span_metrics fk_span_metrics_span; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.span_metrics
    ADD CONSTRAINT fk_span_metrics_span FOREIGN KEY (trace_id, span_id) REFERENCES public.spans(trace_id, span_id) ON DELETE CASCADE;


--
-- Name: spans fk_spans_experiment_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.spans
    ADD CONSTRAINT fk_spans_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);


--
-- Name: spans fk_spans_trace_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.spans
    ADD CONSTRAINT fk_spans_trace_id FOREIGN KEY (trace_id) REFERENCES public.trace_info(request_id) ON DELETE CASCADE;


--
-- Name: trace_info fk_trace_info_experiment_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trace_info
    ADD CONSTRAINT fk_trace_info_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);


--
-- Name: trace_metrics fk_trace_metrics_request_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trace_metrics
    ADD CONSTRAINT fk_trace_metrics_request_id FOREIGN KEY (request_id) REFERENCES public.trace_info(request_id) ON DELETE CASCADE;


--
-- Name: trace_request_metadata fk_trace_request_metadata_request_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trace_request_metadata
    ADD CONSTRAINT fk_trace_request_metadata_request_id FOREIGN KEY (request_id) REFERENCES public.trace_info(request_id) ON DELETE CASCADE;


--
-- Name: trace_tags fk_trace_tags_request_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trace_tags
    ADD CONSTRAINT fk_trace_tags_request_id FOREIGN KEY (request_id) REFERENCES public.trace_info(request_id) ON DELETE CASCADE;


--
-- Name: latest_metrics latest_metrics_run_uuid_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.latest_metrics
    ADD CONSTRAINT latest_metrics_run_uuid_fkey FOREIGN KEY (run_uuid) REFERENCES public.runs(run_uuid);


--
-- Name: metrics metrics_run_uuid_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.metrics
    ADD CONSTRAINT metrics_run_uuid_fkey FOREIGN KEY (run_uuid) REFERENCES public.runs(run_uuid);


--
-- Name: params params_run_uuid_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.params
    ADD CONSTRAINT params_run_uuid_fkey FOREIGN KEY (run_uuid) REFERENCES public.runs(run_uuid);


--
-- Name: runs runs_experiment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);


--
-- Name: tags tags_run_uuid_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_run_uuid_fkey FOREIGN KEY (run_uuid) REFERENCES public.runs(run_uuid);


--
-- Name: webhook_events webhook_events_webhook_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_events
    ADD CONSTRAINT webhook_events_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES public.webhooks(webhook_id) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--


