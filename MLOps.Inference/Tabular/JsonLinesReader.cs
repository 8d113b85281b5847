using System.Text.Json;

namespace MLOps.Inference.Tabular;

/// <summary>Reads a file of JSON objects, one a line, in bounded memory. Empty lines are skipped.</summary>
/// <param name="content">It stays the caller's.</param>
internal sealed class JsonLinesReader(Stream content)
{
    /// <summary>Longest line in bytes: a file without line breaks must not fill the memory.</summary>
    private const int MaximumLine = 1 << 20;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>Line of the file, from 1, of the object that was read last.</summary>
    public long Line { get; private set; }

    /// <summary>The next object, which is the caller's to dispose of, or null at the end.</summary>
    /// <exception cref="InferenceException">InvalidRequest: a line that is no JSON object, or too long.</exception>
    public async ValueTask<JsonDocument?> ReadAsync(CancellationToken cancellationToken)
    {
        while (await NextLineAsync(cancellationToken) is { } line)
        {
            if (!line.Span.Trim(" \t\r"u8).IsEmpty)
            {
                return Parse(line);
            }
        }

        return null;
    }

    private JsonDocument Parse(ReadOnlyMemory<byte> line)
    {
        JsonDocument document;
        try
        {
            // A copy, for the buffer goes on.
            document = JsonDocument.Parse(line.ToArray(), Strict);
        }
        catch (JsonException exception)
        {
            throw new InferenceException(InferenceError.InvalidRequest, $"Line {Line} is no JSON, or deeper than 8 levels: expected one object a line, as {{\"date\": \"2020-01-02\", \"close\": 3257.85}}.", exception);
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        throw InferenceException.Invalid($"Line {Line} is no JSON object: expected one object a line.");
    }

    private async ValueTask<ReadOnlyMemory<byte>?> NextLineAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            var newLine = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (newLine >= 0)
            {
                return Take(searched + newLine, 1);
            }

            searched = _end - _start;
            if (_atEnd)
            {
                // The cast: a bare null would be an empty memory.
                return searched > 0 ? Take(searched, 0) : (ReadOnlyMemory<byte>?)null;
            }

            if (searched > MaximumLine)
            {
                throw InferenceException.Invalid($"Line {Line + 1} is longer than {MaximumLine} bytes: expected one object a line.");
            }

            await FillAsync(cancellationToken);
        }
    }

    private ReadOnlyMemory<byte> Take(int length, int delimiter)
    {
        var line = _buffer.AsMemory(_start, length);
        _start += length + delimiter;
        Line++;
        return Line == 1 && line.Span.StartsWith("\uFEFF"u8) ? line[3..] : line;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        var read = await content.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _atEnd = read == 0;
        _end += read;
    }
}
