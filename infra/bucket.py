"""The S3 bucket of the code: the zips and templates of the last releases, outside the stack they make."""

import json
from typing import Any

from botocore.exceptions import ClientError

from infra.account import Account
from infra.errors import CannotDeploy
from infra.releases import INDEX, Release, Releases

_DAYS_OF_OLD_VERSIONS = 30
_GONE = frozenset({"404", "NoSuchBucket", "NoSuchKey", "NotFound"})


def name_of(account: Account, stage: str) -> str:
    """Return the bucket's name: the same whenever it is asked for, and nobody else's."""
    return f"hearback-code-{stage}-{account.number}-{account.region}"


class Bucket:
    """The bucket of a stage; nothing is asked of AWS before a method is called."""

    def __init__(self, account: Account, stage: str) -> None:
        self.name = name_of(account, stage)
        self._account = account
        self._s3 = account.client("s3")

    def exists(self) -> bool:
        """Return whether it is there. Raises `CannotDeploy` where the name is another account's."""
        try:
            self._s3.head_bucket(Bucket=self.name, ExpectedBucketOwner=self._account.number)
        except ClientError as error:
            code = _code(error)
            if code in _GONE:
                return False
            if code in {"403", "AccessDenied"}:
                raise CannotDeploy(
                    f"the bucket {self.name} belongs to another account, or your credentials may not look "
                    "at it: add the rights of infra/owner-policy.json to them, or choose another --stage"
                ) from None
            raise
        return True

    def make(self) -> bool:
        """Create it where there is none and see to its settings; return whether it is new."""
        new = not self.exists()
        if new:
            self._create()
        self._s3.put_public_access_block(Bucket=self.name, PublicAccessBlockConfiguration=_PRIVATE)
        self._s3.put_bucket_encryption(Bucket=self.name, ServerSideEncryptionConfiguration=_ENCRYPTED)
        self._s3.put_bucket_versioning(Bucket=self.name, VersioningConfiguration={"Status": "Enabled"})
        self._s3.put_bucket_lifecycle_configuration(Bucket=self.name, LifecycleConfiguration=_LIFECYCLE)
        self._s3.put_bucket_policy(Bucket=self.name, Policy=json.dumps(_only_by_https(self.name)))
        return new

    def put(self, key: str, content: bytes) -> bool:
        """Keep a file whose name tells its content; return whether it was not there yet."""
        try:
            self._s3.head_object(Bucket=self.name, Key=key)
        except ClientError as error:
            if _code(error) not in _GONE:
                raise
            self._s3.put_object(Bucket=self.name, Key=key, Body=content)
            return True
        return False

    def read(self, key: str) -> bytes:
        """Return a file. Raises `KeyError` where there is none, nor a bucket."""
        try:
            found: bytes = self._s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        except ClientError as error:
            if _code(error) not in _GONE:
                raise
            raise KeyError(key) from None
        return found

    def releases(self) -> Releases:
        """Return what has been deployed from here so far."""
        try:
            return Releases.from_json(self.read(INDEX).decode())
        except KeyError:
            return Releases()

    def note(self, releases: Releases) -> None:
        """Keep the index of releases, and no file of those that are no longer in it."""
        kept = releases.trimmed()
        self._s3.put_object(Bucket=self.name, Key=INDEX, Body=kept.to_json().encode())
        for key in releases.files() - kept.files():
            self._s3.delete_object(Bucket=self.name, Key=key)

    def delete(self) -> bool:
        """Delete it with all versions of all files; return whether it was there."""
        if not self.exists():
            return False
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self.name)
        for page in pages:
            for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                self._s3.delete_object(Bucket=self.name, Key=one["Key"], VersionId=one["VersionId"])
        self._s3.delete_bucket(Bucket=self.name)
        return True

    def _create(self) -> None:
        region = self._account.region
        # us-east-1 is the one region that must not be named here.
        where: dict[str, Any] = (
            {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        )
        try:
            self._s3.create_bucket(Bucket=self.name, **where)
        except ClientError as error:
            if _code(error) != "BucketAlreadyExists":
                raise
            raise CannotDeploy(
                f"the bucket {self.name} belongs to somebody else: choose another --stage"
            ) from None


def keys_of(version: str, template: str) -> Release:
    """Return the release of a zip and a template, by their versions, with the names of its files."""
    return Release(version=version, code=f"code/{version}.zip", template=f"templates/{template}.json")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


_PRIVATE = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
_ENCRYPTED = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
_LIFECYCLE = {
    "Rules": [
        {
            "ID": "old versions",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "NoncurrentVersionExpiration": {"NoncurrentDays": _DAYS_OF_OLD_VERSIONS},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        }
    ]
}


def _only_by_https(name: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OnlyByHttps",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
