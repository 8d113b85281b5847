using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using MLOps.Inference.Codecs;

namespace MLOps.Gateway.OpenInference;

/// <summary>Sends an answer that is ready in memory, compressed where the caller takes that and it pays.</summary>
internal static class InferenceAnswer
{
    // Below this an answer fits in a few packets as it is, and packing it would cost more than the model does.
    private const int MinCompressed = 4096;

    public static async Task WriteAsync(HttpContext context, PooledBuffer answer, CancellationToken cancellationToken)
    {
        var response = context.Response;
        if (answer.Length >= MinCompressed && Accepted(context.Request.Headers.AcceptEncoding) is { } encoding)
        {
            response.Headers.ContentEncoding = encoding;
            response.Headers.Vary = HeaderNames.AcceptEncoding;
            await using Stream packed = encoding == "gzip"
                ? new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true)
                : new ZLibStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
            await packed.WriteAsync(answer.Memory, cancellationToken);
            return;
        }

        response.ContentLength = answer.Length;
        await response.Body.WriteAsync(answer.Memory, cancellationToken);
    }

    /// <returns>gzip or deflate; null: neither is wanted.</returns>
    private static string? Accepted(StringValues header)
    {
        if (header.Count == 0 || !StringWithQualityHeaderValue.TryParseList(header, out var given))
        {
            return null;
        }

        string? chosen = null;
        var best = 0.0;
        foreach (var value in given)
        {
            var quality = value.Quality ?? 1;
            if (quality > best && (value.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) || value.Value.Equals("deflate", StringComparison.OrdinalIgnoreCase)))
            {
                (chosen, best) = (value.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) ? "gzip" : "deflate", quality);
            }
        }

        return chosen;
    }
}
