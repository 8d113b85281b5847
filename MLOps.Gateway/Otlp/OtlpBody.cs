using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace MLOps.Gateway.Otlp;

/// <summary>Reads a body that may be compressed, and no more of it than a limit: a small body can unpack to a huge one.</summary>
internal static class OtlpBody
{
    private const int MaxUnpacked = 64 << 20;

    /// <exception cref="OtlpException">415: an encoding that is not known; 413: too large; 400: broken.</exception>
    public static async Task<MemoryStream> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var encoding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        await using var source = encoding switch
        {
            "" or "identity" => request.Body,
            "gzip" => new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
            "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
            _ => throw new OtlpException(StatusCodes.Status415UnsupportedMediaType, $"Unsupported Content-Encoding: {encoding}"),
        };
        var body = new MemoryStream();
        var buffer = new byte[1 << 16];
        try
        {
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (body.Length + read > MaxUnpacked)
                {
                    throw new OtlpException(StatusCodes.Status413PayloadTooLarge, $"The request has more than {MaxUnpacked} bytes: send fewer spans at a time.");
                }

                body.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            throw new OtlpException(StatusCodes.Status400BadRequest, $"Failed to decompress {encoding} payload");
        }

        body.Position = 0;
        return body;
    }
}
