using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Artifacts.S3;

/// <summary>A place in S3.</summary>
/// <param name="Key">Without slashes at its ends; empty: the whole bucket.</param>
internal readonly record struct S3Address(string Bucket, string Key)
{
    private const string Scheme = "s3://";

    public static bool Is(string location) => location.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="MLOpsException">InvalidArgument: no bucket, or a key that climbs.</exception>
    public static S3Address Parse(string location)
    {
        var rest = ArtifactUri.WithoutQuery(location)[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var bucket = slash < 0 ? rest : rest[..slash];
        return bucket.Length > 0 && bucket.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') && bucket.Trim('.') == bucket
            ? new S3Address(bucket, slash < 0 ? string.Empty : ArtifactPath.Check(rest[slash..].Trim('/')))
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"'{location}' is no S3 location: expected s3://bucket/key");
    }

    /// <summary>Whether another place is this one or lies below it.</summary>
    public bool Holds(S3Address other) => Bucket == other.Bucket && (Key.Length == 0 || other.Key == Key || other.Key.StartsWith(Key + "/", StringComparison.Ordinal));

    public override string ToString() => $"{Scheme}{Bucket}/{Key}";
}
