"""What AWS asks for what Hearback uses, in US dollars without tax, and what it gives every month for nothing.

Taken down by hand from AWS's public pages, so an estimate is all that can be made of them:

- https://aws.amazon.com/lambda/pricing/ (arm64)
- https://aws.amazon.com/api-gateway/pricing/ (REST API)
- https://aws.amazon.com/dynamodb/pricing/on-demand/
- https://aws.amazon.com/sqs/pricing/
- https://aws.amazon.com/cloudwatch/pricing/
- https://aws.amazon.com/kms/pricing/
"""

from dataclasses import dataclass

AS_OF = "November 2025"

MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """The prices of a region; requests a million, storage a GB and month."""

    region: str
    lambda_requests: float = 0.20
    lambda_gb_second: float = 0.000_013_333_4
    api_requests: float
    write_units: float
    read_units: float
    table_gb: float
    backup_gb: float
    queue_requests: float = 0.40
    fifo_requests: float = 0.50
    log_gb: float
    metric: float = 0.30
    alarm_metric: float = 0.10
    key_requests: float = 3.00


REGIONS = {
    prices.region: prices
    for prices in (
        Prices(
            region="us-east-1",
            api_requests=3.50,
            write_units=0.625,
            read_units=0.125,
            table_gb=0.25,
            backup_gb=0.20,
            log_gb=0.50,
        ),
        Prices(
            region="eu-central-1",
            api_requests=3.70,
            write_units=0.7625,
            read_units=0.1525,
            table_gb=0.306,
            backup_gb=0.2448,
            log_gb=0.63,
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """What every account gets every month without an end; what new accounts get besides is left out."""

    lambda_requests: float = 1 * MILLION
    lambda_gb_seconds: float = 400_000
    table_gb: float = 25
    queue_requests: float = 1 * MILLION
    log_gb: float = 5
    metrics: float = 10
    alarm_metrics: float = 10
    key_requests: float = 20_000


def of_region(region: str) -> Prices:
    """Return the prices of a region; where they were not taken down, those of the nearest that were."""
    fallback = "us-east-1" if region.startswith(("us-", "ca-")) else "eu-central-1"
    return REGIONS.get(region, REGIONS[fallback])
