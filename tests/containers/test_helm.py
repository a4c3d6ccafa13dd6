"""The charts' values agree with what else ships."""

import re

import yaml

from dd_lib.sites import addresses
from tests.containers.compose import Compose, required
from tests.containers.manifests import SECRETS, of_kind, rendered
from tests.e2e.stack import ROOT

DATADOG = (ROOT / "helm" / "values.yaml").read_text()
TEMPORAL = (ROOT / "helm" / "temporal-values.yaml").read_text()
KEYS = ("TF_VAR_ecco_dd_api_key", "TF_VAR_ecco_dd_app_key")


def test_the_agents_keys_may_be_substituted_set_or_read_from_a_secret() -> None:
    values = yaml.safe_load(DATADOG)["datadog"]

    assert (values["apiKey"], values["appKey"]) == tuple(f"${{{key}}}" for key in KEYS)
    assert "envsubst < helm/values.yaml" in DATADOG
    assert f"--set datadog.apiKey=${KEYS[0]}" in DATADOG
    assert f"--set datadog.appKey=${KEYS[1]}" in DATADOG
    assert "--set datadog.apiKeyExistingSecret=datadog-secrets" in DATADOG
    assert "--set datadog.appKeyExistingSecret=datadog-secrets" in DATADOG
    assert not {"apiKeyExistingSecret", "appKeyExistingSecret"} & set(values), "it would win always"


def test_substituting_the_keys_leaves_nothing_to_be_substituted() -> None:
    filled = DATADOG
    for key in KEYS:
        filled = filled.replace(f"${{{key}}}", "0" * 32)

    assert "${" not in filled


def test_the_agent_verifies_whom_it_speaks_to() -> None:
    values = yaml.safe_load(DATADOG)

    assert values["datadog"]["kubelet"]["tlsVerify"] is True
    assert "SKIP_SSL" not in DATADOG


def test_the_agent_takes_traces_where_the_policies_let_them_go() -> None:
    endpoint = yaml.safe_load(DATADOG)["datadog"]["otlp"]["receiver"]["protocols"]["http"]
    named = re.search(r"http://datadog-agent\.(\w+)\.svc\.cluster\.local:(\d+)", DATADOG)

    assert named
    assert endpoint["endpoint"] == f"0.0.0.0:{named[2]}"
    assert f"--namespace {named[1]}" in DATADOG


def test_the_agent_is_of_a_site_that_rayne_knows() -> None:
    site = yaml.safe_load(DATADOG)["datadog"]["site"]

    assert addresses(site=site, api_url="", app_url="").api_url == f"https://api.{site}"


def test_temporal_is_where_the_parts_look_for_it() -> None:
    values = yaml.safe_load(TEMPORAL)
    (config,) = (
        one["data"]
        for one in of_kind(rendered("minikube"), "ConfigMap")
        if one["metadata"]["name"].startswith("rayne-config-")
    )
    host, _, port = config["TEMPORAL_ADDRESS"].partition(":")

    assert host == f"{values['fullnameOverride']}-frontend.temporal.svc.cluster.local"
    assert port == "7233"
    assert "--namespace temporal" in TEMPORAL
    assert config["TEMPORAL_NAMESPACE"] in {
        each["name"] for each in values["server"]["config"]["namespaces"]["namespace"]
    }


def test_temporal_keeps_its_data_in_the_databases_that_are_made_for_it() -> None:
    stores = yaml.safe_load(TEMPORAL)["server"]["config"]["persistence"]["datastores"]
    made = (ROOT / "k8s" / "base" / "postgres" / "create-databases.sh").read_text()
    secrets = {one["metadata"]["name"]: one for one in yaml.safe_load_all(SECRETS.read_text())}

    assert set(stores) == {"default", "visibility"}
    for store in stores.values():
        sql = store["sql"]
        assert f"CREATE DATABASE {sql['databaseName']} OWNER {sql['user']};" in made
        assert sql["connectAddr"] == "postgres-service.rayne.svc.cluster.local:5432"
        assert sql["secretKey"] in secrets[sql["existingSecret"]]["stringData"]
        assert secrets[sql["existingSecret"]]["metadata"]["namespace"] == "temporal"
        assert "password" not in sql


def test_temporal_is_of_the_release_that_compose_runs() -> None:
    values = yaml.safe_load(TEMPORAL)
    compose = Compose(dict.fromkeys(required(), "x"))

    def tag(service: str) -> str:
        image: str = compose.services[service]["image"]
        return image.rpartition(":")[2]

    assert values["server"]["image"]["tag"] == tag("temporal")
    assert values["admintools"]["image"]["tag"] == tag("temporal-schema")
    assert values["web"]["image"]["tag"] == tag("temporal-ui")
