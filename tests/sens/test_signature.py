"""The signature, against vectors computed once from the vendor's rule with invented keys."""

from __future__ import annotations

import pytest

from sens.signature import headers, sign

PATH = "/sms/v2/services/ncp:sms:kr:100000000001:example/messages"
KEYS = {"access_key": "EXAMPLEACCESSKEY0001", "secret_key": "example-secret-key-not-real-000000000000"}
WINDOW = "?requestStartTime=2025-10-22%2014%3A00%3A00&requestEndTime=2025-10-22%2014%3A05%3A00"


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", PATH, "rzm2TFEZJQpHVOqZbPzyW8+2wg+uV2DlNmw1fd1IwSo="),
        ("GET", PATH + "?requestId=VORSSA-0001", "FvtsjejxXY7+KAbs3ZwcPQXsV3Gjo/omweUf1eVEsxg="),
        ("GET", PATH + "/0-ESA-000001", "Id/DA5lIJnfXF3KaUAeId/qKmIu/v0kDm/rahz0rcy0="),
        ("GET", PATH + WINDOW, "iryzWqwlDmDnrRmKeKaduSqWPYr9zRQJj8UAgcGdEP0="),
    ],
)
def test_signs_method_path_with_query_time_and_key(method, path, expected):
    assert sign(method=method, path=path, timestamp_ms=1761109200000, **KEYS) == expected


def test_headers_carry_the_time_that_was_signed():
    found = headers(method="POST", path=PATH, timestamp_ms=1761109200000, **KEYS)
    assert found["x-ncp-apigw-timestamp"] == "1761109200000"
    assert found["x-ncp-iam-access-key"] == KEYS["access_key"]
    assert found["x-ncp-apigw-signature-v2"] == "rzm2TFEZJQpHVOqZbPzyW8+2wg+uV2DlNmw1fd1IwSo="
