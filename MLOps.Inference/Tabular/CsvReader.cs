using System.Text;

namespace MLOps.Inference.Tabular;

/// <summary>Reads comma-separated records (RFC 4180: quotes, doubled quotes, line breaks inside quotes; LF or CRLF) one at a time, in bounded memory.</summary>
public sealed class CsvReader(TextReader reader)
{
    /// <summary>Longest record, in characters: a file without line breaks must not fill the memory.</summary>
    public const int MaximumRecord = 1 << 20;

    private const int MaximumColumns = 1_000;

    private readonly char[] _buffer = new char[16 * 1024];
    private readonly List<string> _fields = [];
    private readonly StringBuilder _field = new();
    private int _position;
    private int _length;
    private long _nextLine = 1;

    /// <summary>A reader of UTF-8, whose byte order mark is left out and whose faults are errors instead of replacement characters.</summary>
    public static TextReader Utf8(Stream content) =>
        new StreamReader(content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), leaveOpen: true);

    /// <summary>The names in the first record.</summary>
    /// <exception cref="InferenceException">InvalidRequest: there is none, or a name is empty or there twice.</exception>
    public async ValueTask<string[]> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var header = (await ReadAsync(cancellationToken))?.ToArray() ?? throw InferenceException.Invalid("The file is empty: expected a header line and rows.");
        if (header.Length > MaximumColumns)
        {
            throw InferenceException.Invalid($"Line 1 has {header.Length} columns: expected at most {MaximumColumns}.");
        }

        for (var i = 0; i < header.Length; i++)
        {
            if (header[i].Length == 0)
            {
                throw InferenceException.Invalid($"Line 1, column {i + 1} has no name: every column needs one.");
            }

            if (Array.IndexOf(header, header[i]) != i)
            {
                throw InferenceException.Invalid($"Line 1 names column '{Quoted.Short(header[i])}' twice: names must differ.");
            }
        }

        return header;
    }

    /// <summary>Line of the file, from 1, at which the current record begins.</summary>
    public long Line { get; private set; }

    /// <summary>The next record, or null at the end. The list is used again by the next call. Empty lines are skipped.</summary>
    /// <exception cref="InferenceException">InvalidRequest: an unclosed quote or a record that is too long, by line.</exception>
    public async ValueTask<IReadOnlyList<string>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            _fields.Clear();
            _field.Clear();
            Line = _nextLine;
            if (!await ReadRecordAsync(cancellationToken))
            {
                return null;
            }

            if (_fields.Count > 1 || _fields[0].Length > 0)
            {
                return _fields;
            }
        }
    }

    private async ValueTask<bool> ReadRecordAsync(CancellationToken cancellationToken)
    {
        var quoted = false;
        var afterQuote = false;
        var characters = 0;
        while (true)
        {
            if (_position == _length)
            {
                _position = 0;
                _length = await FillAsync(cancellationToken);
                if (_length == 0)
                {
                    if (quoted)
                    {
                        throw Bad("has a quote that is never closed");
                    }

                    if (characters == 0)
                    {
                        return false;
                    }

                    EndField();
                    return true;
                }
            }

            var c = _buffer[_position++];
            if (++characters > MaximumRecord)
            {
                throw Bad($"is longer than {MaximumRecord} characters");
            }

            if (c == '\n')
            {
                _nextLine++;
            }

            if (quoted)
            {
                quoted = c != '"';
                afterQuote = !quoted;
                if (quoted)
                {
                    _field.Append(c);
                }
            }
            else if (c == '"' && (afterQuote || _field.Length == 0))
            {
                if (afterQuote)
                {
                    _field.Append('"');
                }

                quoted = true;
                afterQuote = false;
            }
            else if (c == ',')
            {
                EndField();
                afterQuote = false;
            }
            else if (c == '\n')
            {
                EndField();
                return true;
            }
            else if (c != '\r')
            {
                if (afterQuote)
                {
                    throw Bad("has text after a closing quote");
                }

                _field.Append(c);
            }
        }
    }

    private async ValueTask<int> FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(_buffer, cancellationToken);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InferenceException(InferenceError.InvalidRequest, $"The file is not UTF-8 near line {Line}: save it as UTF-8.", exception);
        }
    }

    private void EndField()
    {
        _fields.Add(_field.ToString());
        _field.Clear();
    }

    private InferenceException Bad(string what) =>
        InferenceException.Invalid($"Line {Line} {what}: expected comma-separated values, quoted as in RFC 4180.");
}
