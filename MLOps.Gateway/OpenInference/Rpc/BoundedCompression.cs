using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;
using MLOps.Inference.Codecs;

namespace MLOps.Gateway.OpenInference.Rpc;

/// <summary>Compression of messages that unpacks no more than a message may have: the framework's own unpacks whatever comes.</summary>
internal sealed class BoundedCompression : ICompressionProvider
{
    private readonly Func<Stream, Stream> _unpack;
    private readonly Func<Stream, CompressionLevel, Stream> _pack;

    private BoundedCompression(string name, Func<Stream, Stream> unpack, Func<Stream, CompressionLevel, Stream> pack)
    {
        EncodingName = name;
        _unpack = unpack;
        _pack = pack;
    }

    public static BoundedCompression Gzip { get; } = new(
        "gzip",
        static stream => new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true),
        static (stream, level) => new GZipStream(stream, level, leaveOpen: true));

    /// <summary>In the zlib format, as HTTP means the word.</summary>
    public static BoundedCompression Deflate { get; } = new(
        "deflate",
        static stream => new ZLibStream(stream, CompressionMode.Decompress, leaveOpen: true),
        static (stream, level) => new ZLibStream(stream, level, leaveOpen: true));

    public string EncodingName { get; }

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => _pack(stream, compressionLevel ?? CompressionLevel.Fastest);

    public Stream CreateDecompressionStream(Stream stream) => new Bounded(_unpack(stream), EncodingName);

    private sealed class Bounded(Stream inner, string encoding) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        /// <exception cref="RpcException">ResourceExhausted: over the limit. InvalidArgument: broken compression.</exception>
        public override int Read(Span<byte> buffer)
        {
            int read;
            try
            {
                read = inner.Read(buffer);
            }
            catch (InvalidDataException)
            {
                throw new RpcException(new Status(StatusCode.InvalidArgument, $"The message is not valid {encoding}."));
            }

            _read += read;
            return _read <= OipLimits.MaxBytes
                ? read
                : throw new RpcException(new Status(StatusCode.ResourceExhausted, $"The message has more than {OipLimits.MaxBytes} bytes unpacked."));
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
