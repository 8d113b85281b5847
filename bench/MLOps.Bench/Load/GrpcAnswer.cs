using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MLOps.Bench.Load;

/// <summary>What a server answered to a unary gRPC call. A success has HTTP's status 200, gRPC's status 0 and one message, as long as it says.</summary>
internal sealed class GrpcAnswer
{
    private const int MessageHead = 5;
    private const int ShownBytes = 200;

    private readonly ArrayBufferWriter<byte> _headers = new();
    private readonly byte[] _start = new byte[ShownBytes];
    private int _blockStart;
    private long _length;
    private bool _isOfHttp;
    private bool _isOfGrpc;

    /// <summary>Whether the last header block has come to its end.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Forgets the answer, for the next one.</summary>
    public void Restart()
    {
        _headers.ResetWrittenCount();
        (_blockStart, _length, _isOfHttp, _isOfGrpc, IsWhole) = (0, 0, false, false, true);
    }

    public void AddData(ReadOnlySpan<byte> data)
    {
        if (_length < ShownBytes)
        {
            var shown = data[..(int)Math.Min(data.Length, ShownBytes - _length)];
            shown.CopyTo(_start.AsSpan((int)_length));
        }

        _length += data.Length;
    }

    /// <param name="isEnd">The block ends with this part of it.</param>
    /// <exception cref="IOException">It is no header block.</exception>
    public void AddHeaders(ReadOnlySpan<byte> part, bool isEnd)
    {
        _headers.Write(part);
        IsWhole = isEnd;
        if (!isEnd)
        {
            return;
        }

        var fields = new HeaderFields(_headers.WrittenSpan[_blockStart..]);
        while (fields.Next())
        {
            _isOfHttp |= fields.IsStatusOk;
            _isOfGrpc |= fields.IsGrpcStatusOk;
        }

        _blockStart = _headers.WrittenCount;
    }

    /// <returns>Null for a success, else what is wrong and how the answer begins.</returns>
    public string? Fault()
    {
        var fault = (_isOfHttp, _isOfGrpc) switch
        {
            (false, _) => "HTTP's status is not 200",
            (_, false) => "there is no grpc-status of 0",
            _ when _length < MessageHead || _start[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(_start.AsSpan(1)) != _length - MessageHead => $"{_length} bytes that are not one message without compression",
            _ => null,
        };
        return fault is null ? null : $"{fault}: {Printable(_headers.WrittenSpan)} {Printable(_start.AsSpan(0, (int)Math.Min(_length, ShownBytes)))}";
    }

    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var value in bytes)
        {
            text.Append(value is >= 0x20 and < 0x7F ? (char)value : ' ');
        }

        return text.ToString();
    }
}
