using System.Buffers;
using MLOps.Inference;

namespace MLOps.Gateway.Scoring;

/// <summary>The grammar of RFC 4180 over bytes in memory; lines end with LF or CRLF, and empty ones are skipped.</summary>
internal sealed class CsvRecords(ReadOnlyMemory<byte> text)
{
    private readonly ArrayBufferWriter<byte> _unquoted = new();
    private int _position;
    private bool _inRecord;

    /// <summary>Line, from 1, on which the current record begins.</summary>
    public long Line { get; private set; }

    private long NextLine { get; set; } = 1;

    /// <returns>False at the end.</returns>
    public bool TryNextRecord()
    {
        var span = text.Span;
        while (_position < span.Length && span[_position] is (byte)'\n' or (byte)'\r')
        {
            NextLine += span[_position++] == '\n' ? 1 : 0;
        }

        Line = NextLine;
        return _inRecord = _position < span.Length;
    }

    /// <param name="field">Valid until the next call.</param>
    /// <returns>False at the record's end.</returns>
    /// <exception cref="InferenceException">InvalidRequest: a quote that is not closed, or text after one.</exception>
    public bool TryNextField(out ReadOnlySpan<byte> field, out bool quoted)
    {
        field = default;
        quoted = false;
        if (!_inRecord)
        {
            return false;
        }

        var span = text.Span;
        quoted = _position < span.Length && span[_position] == '"';
        field = quoted ? Quoted(span) : Plain(span);
        EndField(span);
        return true;
    }

    private ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> span)
    {
        var rest = span[_position..];
        var length = rest.IndexOfAny((byte)',', (byte)'\n');
        var field = length < 0 ? rest : rest[..length];
        _position += field.Length;
        return field is [.., (byte)'\r'] ? field[..^1] : field;
    }

    private ReadOnlySpan<byte> Quoted(ReadOnlySpan<byte> span)
    {
        _position++;
        _unquoted.ResetWrittenCount();
        while (true)
        {
            var rest = span[_position..];
            var quote = rest.IndexOf((byte)'"');
            if (quote < 0)
            {
                throw Bad("has a quote that is never closed");
            }

            NextLine += rest[..quote].Count((byte)'\n');
            _unquoted.Write(rest[..quote]);
            _position += quote + 1;
            if (_position == span.Length || span[_position] != '"')
            {
                return _unquoted.WrittenSpan;
            }

            _unquoted.Write("\""u8);
            _position++;
        }
    }

    private void EndField(ReadOnlySpan<byte> span)
    {
        if (_position < span.Length && span[_position] == '\r')
        {
            _position++;
        }

        if (_position == span.Length)
        {
            _inRecord = false;
        }
        else if (span[_position] == '\n')
        {
            _position++;
            NextLine++;
            _inRecord = false;
        }
        else if (span[_position] == ',')
        {
            _position++;
        }
        else
        {
            throw Bad("has text after a closing quote");
        }
    }

    private InferenceException Bad(string what) =>
        new(InferenceError.InvalidRequest, $"The CSV's line {Line} {what}: expected comma-separated values, quoted as in RFC 4180.");
}
