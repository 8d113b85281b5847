using System.Net;
using System.Net.Http.Headers;

namespace MLOps.Client.Http;

/// <summary>Sends a stream from where it stands and leaves it open, so that a seekable one can be sent again.</summary>
internal sealed class KeepOpenStreamContent : HttpContent
{
    private readonly Stream _stream;

    public KeepOpenStreamContent(Stream stream)
    {
        _stream = stream;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _stream.CopyToAsync(stream);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => _stream.CopyToAsync(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = _stream.CanSeek ? _stream.Length - _stream.Position : 0;
        return _stream.CanSeek;
    }
}
