using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MLOps.Gateway.Hosting;
using MLOps.Inference;
using MLOps.Inference.Codecs;

namespace MLOps.Gateway.OpenInference;

/// <summary>Reads a request's body whole, decompressed, into pooled memory and within the limit.</summary>
internal static class InferenceBody
{
    /// <summary>Up to here the server's own buffer holds a body, and its sender never waits for us.</summary>
    private const int MaxAtOnce = 1 << 20;

    /// <exception cref="InferenceException">TooLarge: over the limit, before or after decompression. InvalidRequest: broken compression.</exception>
    /// <exception cref="BadHttpRequestException">415: another compression.</exception>
    public static async Task<PooledBuffer> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Request.ContentLength > OipLimits.MaxBytes)
        {
            throw new InferenceException(InferenceError.TooLarge, $"The body has {context.Request.ContentLength} bytes: at most {OipLimits.MaxBytes} are read.");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            // The buffer below holds the limit; the server's own default is lower than the protocol's users need.
            feature.MaxRequestBodySize = null;
        }

        var encoding = context.Request.Headers.ContentEncoding.ToString();
        if (encoding.Length == 0 && context.Request.ContentLength is { } length and > 0 and <= MaxAtOnce)
        {
            return await ReadAtOnceAsync(context, (int)length, cancellationToken);
        }

        await using var content = encoding.ToLowerInvariant() switch
        {
            "" or "identity" => context.Request.Body,
            "gzip" => new GZipStream(context.Request.Body, CompressionMode.Decompress, leaveOpen: true),
            "deflate" => new ZLibStream(context.Request.Body, CompressionMode.Decompress, leaveOpen: true),
            _ => throw new BadHttpRequestException("Content-Encoding must be gzip, deflate or identity.", StatusCodes.Status415UnsupportedMediaType),
        };

        var body = new PooledBuffer(OipLimits.MaxBytes);
        try
        {
            int read;
            while ((read = await content.ReadAsync(body.GetMemory(), cancellationToken)) > 0)
            {
                body.Advance(read);
            }

            return body;
        }
        catch (InvalidDataException exception)
        {
            body.Dispose();
            throw new InferenceException(InferenceError.InvalidRequest, $"The body is not valid {encoding}.", exception);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>A plain body of ordinary, known length: this code is woken once, when all of it is there, not for every piece that arrives.</summary>
    private static async Task<PooledBuffer> ReadAtOnceAsync(HttpContext context, int length, CancellationToken cancellationToken)
    {
        var reader = context.Request.BodyReader;
        var read = await reader.ReadWholeAsync(length, cancellationToken);
        var body = new PooledBuffer(OipLimits.MaxBytes);
        read.Buffer.CopyTo(body.GetSpan((int)read.Buffer.Length));
        body.Advance((int)read.Buffer.Length);
        reader.AdvanceTo(read.Buffer.End);
        return body;
    }
}
