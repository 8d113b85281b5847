using System.Text;

namespace MLOps.Inference.Tabular;

/// <summary>Reads comma-separated records (RFC 4180: quotes, doubled quotes, line breaks inside quotes; LF or CRLF) one at a time, in bounded memory.</summary>
/// <param name="reader">It stays the caller's.</param>
/// <param name="maximumRecord">Longest record, in characters: a file without line breaks must not fill the memory.</param>
/// <param name="maximumColumns">Most fields of a record.</param>
public sealed class CsvReader(TextReader reader, int maximumRecord = 1 << 20, int maximumColumns = 1_000)
{
    private readonly char[] _buffer = new char[16 * 1024];
    private readonly List<string> _fields = [];
    private readonly List<bool> _quoted = [];
    private readonly StringBuilder _field = new();
    private int _position;
    private int _length;
    private int _characters;
    private bool _wasQuoted;
    private Place _place;
    private long _nextLine = 1;

    /// <summary>Where in a field the reader is.</summary>
    private enum Place
    {
        Plain = 0,
        InQuotes,
        AfterQuote,
    }

    /// <summary>Line of the file, from 1, at which the current record begins.</summary>
    public long Line { get; private set; }

    /// <summary>A reader of UTF-8, whose byte order mark is left out and whose faults are errors instead of replacement characters.</summary>
    public static TextReader Utf8(Stream content) =>
        new StreamReader(content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), leaveOpen: true);

    /// <summary>The names in the first record.</summary>
    /// <exception cref="InferenceException">InvalidRequest: there is none, or a name is empty or there twice.</exception>
    public async ValueTask<string[]> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var header = (await ReadAsync(cancellationToken))?.ToArray() ?? throw InferenceException.Invalid("The file is empty: expected a header line and rows.");
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

    /// <summary>The next record, or null at the end. The list is used again by the next call. Empty lines are skipped.</summary>
    /// <exception cref="InferenceException">InvalidRequest: an unclosed quote or a record that is too long, by line.</exception>
    public async ValueTask<IReadOnlyList<string>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            _fields.Clear();
            _quoted.Clear();
            _characters = 0;
            Line = _nextLine;
            while (!Scan())
            {
                _position = 0;
                _length = await FillAsync(cancellationToken);
                if (_length == 0)
                {
                    if (_place == Place.InQuotes)
                    {
                        throw Bad("has a quote that is never closed");
                    }

                    if (_characters == 0)
                    {
                        return null;
                    }

                    EndRecord();
                    break;
                }
            }

            if (_fields.Count > 1 || _fields[0].Length > 0 || _quoted[0])
            {
                return _fields;
            }
        }
    }

    /// <summary>Whether a field of the current record is written in quotes.</summary>
    public bool IsQuoted(int field) => _quoted[field];

    /// <summary>Takes what the buffer has of the current record.</summary>
    /// <returns>False: the record goes on.</returns>
    private bool Scan()
    {
        while (_position < _length)
        {
            if (_place == Place.AfterQuote && ScanAfterQuote())
            {
                continue;
            }

            var rest = _buffer.AsSpan(_position, _length - _position);
            var length = _place == Place.InQuotes ? rest.IndexOf('"') : rest.IndexOfAny(',', '\n', '"');
            var text = length < 0 ? rest : rest[..length];
            _field.Append(text);
            _nextLine += _place == Place.InQuotes ? text.Count('\n') : 0;
            Advance(text.Length);
            if (length >= 0 && Delimit(rest[length]))
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>False: the field ends here.</returns>
    private bool ScanAfterQuote()
    {
        switch (_buffer[_position])
        {
            case '"':
                _field.Append('"');
                _place = Place.InQuotes;
                Advance(1);
                return true;
            case '\r':
                Advance(1);
                return true;
            case ',' or '\n':
                return false;
            default:
                throw Bad("has text after a closing quote");
        }
    }

    /// <returns>Whether the record ends here.</returns>
    private bool Delimit(char delimiter)
    {
        Advance(1);
        switch (delimiter)
        {
            case '"' when _place == Place.InQuotes:
                _place = Place.AfterQuote;
                return false;
            case '"' when _field.Length == 0:
                _place = Place.InQuotes;
                _wasQuoted = true;
                return false;
            case '"':
                _field.Append('"');
                return false;
            case ',':
                EndField();
                return false;
            default:
                _nextLine++;
                EndRecord();
                return true;
        }
    }

    private void Advance(int characters)
    {
        _position += characters;
        _characters += characters;
        if (_characters > maximumRecord)
        {
            throw Bad($"is longer than {maximumRecord} characters");
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

    private void EndRecord()
    {
        // Of a line end with two characters; after a closing quote it is left out already.
        if (!_wasQuoted && _field.Length > 0 && _field[^1] == '\r')
        {
            _field.Length--;
        }

        EndField();
    }

    private void EndField()
    {
        if (_fields.Count == maximumColumns)
        {
            throw Bad($"has more than {maximumColumns} columns");
        }

        _fields.Add(_field.ToString());
        _quoted.Add(_wasQuoted);
        _field.Clear();
        _wasQuoted = false;
        _place = Place.Plain;
    }

    private InferenceException Bad(string what) =>
        InferenceException.Invalid($"Line {Line} {what}: expected comma-separated values, quoted as in RFC 4180.");
}
