using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Artifacts.S3;

/// <summary>Artifacts in a bucket, below a key. S3 makes a write visible as a whole when it is complete, which is the promise of <see cref="IArtifactStore"/>.</summary>
internal sealed partial class S3ArtifactStore(IAmazonS3 client, S3Address root, TimeProvider clock, ILogger logger) : IPresignedArtifactStore
{
    private const int DeletesAtOnce = 8;

    public Task WriteAsync(string path, Stream content, CancellationToken cancellationToken = default) =>
        new S3Upload(client, FileAt(path), logger).RunAsync(content, cancellationToken);

    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default)
    {
        var file = FileAt(path);
        return new S3Content(await S3Faults.CallAsync(client.GetObjectAsync(Get(file), cancellationToken), Shown(file), cancellationToken));
    }

    public async Task<ArtifactPart?> OpenReadAsync(string path, ArtifactRange range, CancellationToken cancellationToken = default)
    {
        var file = FileAt(path);
        var request = Get(file);
        request.ByteRange = new ByteRange(range.ToString());
        GetObjectResponse response;
        try
        {
            response = await S3Faults.CallAsync(client.GetObjectAsync(request, cancellationToken), Shown(file), cancellationToken);
        }
        catch (MLOpsException exception) when (exception.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.RequestedRangeNotSatisfiable })
        {
            return null;
        }

        var content = new S3Content(response);
        if (!System.Net.Http.Headers.ContentRangeHeaderValue.TryParse(response.ContentRange, out var given) || given is not { From: { } first, Length: { } total })
        {
            // The server sends the whole file, as it may.
            return new ArtifactPart(content, 0, content.Length, content.Length);
        }

        return new ArtifactPart(content, first, content.Length, total);
    }

    public async Task<IReadOnlyList<ArtifactEntry>> ListAsync(string path, CancellationToken cancellationToken = default)
    {
        var entries = new List<ArtifactEntry>();
        var prefix = Prefix(path);
        await foreach (var page in PagesAsync(prefix, "/", cancellationToken))
        {
            entries.AddRange((page.CommonPrefixes ?? []).Where(folder => folder.Length > prefix.Length + 1).Select(folder => new ArtifactEntry(Relative(folder).TrimEnd('/'), true, null)));

            // A key that ends in a slash is the marker of a folder that another tool made.
            entries.AddRange((page.S3Objects ?? []).Where(file => !file.Key.EndsWith('/')).Select(file => new ArtifactEntry(Relative(file.Key), false, file.Size)));
        }

        entries.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
        return entries;
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        var file = At(path);
        if (file.Key == root.Key)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "The artifact root cannot be deleted: name a file or directory in it");
        }

        // One by one: deleting many in one request needs an MD5 that this SDK does not send and some servers insist on.
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = DeletesAtOnce, CancellationToken = cancellationToken };
        await foreach (var page in PagesAsync(file.Key + "/", null, cancellationToken))
        {
            await Parallel.ForEachAsync(page.S3Objects ?? [], parallel, async (found, cancelled) => await DeleteKeyAsync(file with { Key = found.Key }, cancelled));
        }

        await DeleteKeyAsync(file, cancellationToken);
    }

    private async Task DeleteKeyAsync(S3Address file, CancellationToken cancellationToken)
    {
        try
        {
            await S3Faults.CallAsync(client.DeleteObjectAsync(file.Bucket, file.Key, cancellationToken), Shown(file), cancellationToken);
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            // Amazon's S3 answers 204, others 404: it is gone either way.
            return;
        }
    }

    private async IAsyncEnumerable<ListObjectsV2Response> PagesAsync(string prefix, string? delimiter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = root.Bucket, Prefix = prefix, Delimiter = delimiter };
        do
        {
            var page = await S3Faults.CallAsync(client.ListObjectsV2Async(request, cancellationToken), root with { Key = Relative(prefix) }, cancellationToken);
            yield return page;
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    private static GetObjectRequest Get(S3Address file) => new() { BucketName = file.Bucket, Key = file.Key };

    private S3Address At(string path)
    {
        var clean = ArtifactPath.Check(path);
        return root with { Key = root.Key.Length == 0 ? clean : clean.Length == 0 ? root.Key : $"{root.Key}/{clean}" };
    }

    private S3Address FileAt(string path) => At(path) is var file && file.Key != root.Key
        ? file
        : throw new MLOpsException(ProblemCode.InvalidArgument, $"'{path}' is a directory: expected the path of a file");

    private string Prefix(string path) => At(path).Key is { Length: > 0 } key ? key + "/" : string.Empty;

    private string Relative(string key) => root.Key.Length == 0 ? key : key[Math.Min(key.Length, root.Key.Length + 1)..];

    /// <summary>The place as the caller names it: relative to the root.</summary>
    private S3Address Shown(S3Address file) => file with { Key = Relative(file.Key) };
}
