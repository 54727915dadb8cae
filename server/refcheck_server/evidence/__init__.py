"""Evidence beside a result: files under their digests, on disk or in a store that speaks S3."""
