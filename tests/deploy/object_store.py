"""A store that speaks S3, for the bed: python object_store.py ADDRESS PORT BUCKET. It forgets all when it ends."""

import signal
import sys

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer


def main(address: str, port: str, bucket: str) -> None:
    """Serve until a signal comes."""
    server = ThreadedMotoServer(ip_address=address, port=int(port), verbose=False)
    server.start()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{address}:{port}",
        region_name="us-east-1",
        aws_access_key_id="proef",
        aws_secret_access_key="proef",
        config=Config(s3={"addressing_style": "path"}),
    )
    client.create_bucket(Bucket=bucket)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
