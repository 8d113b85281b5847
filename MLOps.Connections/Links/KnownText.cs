using System.Text;

namespace MLOps.Connections.Links;

/// <summary>A text that comes again and again is made once.</summary>
internal struct KnownText
{
    private byte[]? _bytes;
    private string? _text;

    public string Of(ReadOnlySpan<byte> bytes)
    {
        if (_text is null || !bytes.SequenceEqual(_bytes))
        {
            (_bytes, _text) = (bytes.ToArray(), Encoding.UTF8.GetString(bytes));
        }

        return _text;
    }
}
