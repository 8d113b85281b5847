using System.Buffers;
using System.Globalization;
using System.Text;

namespace MLOps.Gateway.Mlflow.GraphQl.Syntax;

/// <summary>Cuts a query into tokens (GraphQL specification of October 2021, section 2.1).</summary>
internal sealed class Lexer(string text)
{
    private const string Ellipsis = "...";
    private const string BlockQuote = "\"\"\"";
    private static readonly SearchValues<char> Ignored = SearchValues.Create("\uFEFF\t\n\r ,");
    private int _position;

    public Token Next()
    {
        SkipIgnored();
        if (_position == text.Length)
        {
            return new Token(TokenKind.End, string.Empty, _position);
        }

        var c = text[_position];
        return c switch
        {
            '!' or '$' or '&' or '(' or ')' or ':' or '=' or '@' or '[' or ']' or '{' or '|' or '}' => Cut(TokenKind.Punctuator, 1),
            '.' when text.AsSpan(_position).StartsWith(Ellipsis, StringComparison.Ordinal) => Cut(TokenKind.Punctuator, Ellipsis.Length),
            '"' => text.AsSpan(_position).StartsWith(BlockQuote, StringComparison.Ordinal) ? ReadBlock() : ReadString(),
            '-' or (>= '0' and <= '9') => ReadNumber(),
            _ when IsNameStart(c) => ReadName(),
            _ => throw Fault(_position, $"Unexpected character: {Shown(c)}"),
        };
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsNamePart(char c) => IsNameStart(c) || char.IsAsciiDigit(c);

    private static string Shown(char c) => c is >= ' ' and <= '~' ? $"'{c}'" : string.Create(CultureInfo.InvariantCulture, $"U+{(int)c:X4}");

    private SyntaxException Fault(int position, string what) => SyntaxException.At(text, position, what);

    private Token Cut(TokenKind kind, int length)
    {
        var token = new Token(kind, text.Substring(_position, length), _position);
        _position += length;
        return token;
    }

    private void SkipIgnored()
    {
        while (_position < text.Length)
        {
            if (text[_position] == '#')
            {
                var end = text.AsSpan(_position).IndexOfAny('\n', '\r');
                _position = end < 0 ? text.Length : _position + end;
            }
            else if (Ignored.Contains(text[_position]))
            {
                _position++;
            }
            else
            {
                return;
            }
        }
    }

    private Token ReadName()
    {
        var end = _position;
        while (end < text.Length && IsNamePart(text[end]))
        {
            end++;
        }

        return Cut(TokenKind.Name, end - _position);
    }

    private Token ReadNumber()
    {
        var end = _position + (text[_position] == '-' ? 1 : 0);
        if (end + 1 < text.Length && text[end] == '0' && char.IsAsciiDigit(text[end + 1]))
        {
            throw Fault(end + 1, $"Invalid number, unexpected digit after 0: {Shown(text[end + 1])}");
        }

        end = Digits(end);
        var kind = TokenKind.Int;
        if (end < text.Length && text[end] == '.')
        {
            kind = TokenKind.Float;
            end = Digits(end + 1);
        }

        if (end < text.Length && text[end] is 'e' or 'E')
        {
            kind = TokenKind.Float;
            end++;
            end = Digits(end < text.Length && text[end] is '+' or '-' ? end + 1 : end);
        }

        return end < text.Length && (text[end] == '.' || IsNameStart(text[end]))
            ? throw Fault(end, $"Invalid number, expected digit but got: {Shown(text[end])}")
            : Cut(kind, end - _position);
    }

    private int Digits(int from)
    {
        var end = from;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end > from ? end : throw Fault(from, $"Invalid number, expected digit but got: {(from < text.Length ? Shown(text[from]) : "the end")}");
    }

    private Token ReadString()
    {
        var start = _position++;
        var value = new StringBuilder();
        while (true)
        {
            if (_position == text.Length || text[_position] is '\n' or '\r')
            {
                throw Fault(_position, "Unterminated string");
            }

            var c = text[_position++];
            switch (c)
            {
                case '"':
                    return new Token(TokenKind.String, Whole(value.ToString(), start), start);
                case '\\':
                    ReadEscape(value);
                    break;
                default:
                    value.Append(c);
                    break;
            }
        }
    }

    private void ReadEscape(StringBuilder value)
    {
        var start = _position - 1;
        var c = _position < text.Length ? text[_position++] : throw Fault(_position, "Unterminated string");
        if (c == 'u')
        {
            ReadUnicode(value, start);
            return;
        }

        value.Append(c switch
        {
            '"' or '\\' or '/' => c,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => throw Fault(start, $"Invalid character escape sequence: '\\{c}'"),
        });
    }

    /// <summary><c>\u00e9</c> or <c>\u{1F600}</c>; halves of a pair must come together.</summary>
    private void ReadUnicode(StringBuilder value, int start)
    {
        var braced = _position < text.Length && text[_position] == '{';
        var from = braced ? _position + 1 : _position;
        var end = braced ? text.AsSpan(from).IndexOf('}') : 4;
        if (end is < 1 or > 8 || from + end > text.Length
            || !int.TryParse(text.AsSpan(from, end), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || (braced && !Rune.IsValid(code)))
        {
            throw Fault(start, "Invalid Unicode escape sequence");
        }

        value.Append(braced ? new Rune(code).ToString() : ((char)code).ToString());
        _position = from + end + (braced ? 1 : 0);
    }

    private Token ReadBlock()
    {
        var start = _position;
        _position += BlockQuote.Length;
        var raw = new StringBuilder();
        while (true)
        {
            var rest = text.AsSpan(_position);
            if (rest.IsEmpty)
            {
                throw Fault(_position, "Unterminated string");
            }

            if (rest.StartsWith(BlockQuote, StringComparison.Ordinal))
            {
                _position += BlockQuote.Length;
                return new Token(TokenKind.String, Whole(Dedented(raw.ToString()), start), start);
            }

            if (rest.StartsWith("\\\"\"\"", StringComparison.Ordinal))
            {
                raw.Append(BlockQuote);
                _position += 1 + BlockQuote.Length;
            }
            else
            {
                raw.Append(rest[0]);
                _position++;
            }
        }
    }

    /// <summary>Without the indent that all lines but the first have, and without the blank lines around it.</summary>
    private static string Dedented(string raw)
    {
        var lines = raw.ReplaceLineEndings("\n").Split('\n');
        var indent = lines.Skip(1).Where(line => Indent(line) < line.Length).Select(Indent).DefaultIfEmpty(0).Min();
        for (var i = 1; i < lines.Length; i++)
        {
            lines[i] = lines[i][Math.Min(indent, lines[i].Length)..];
        }

        var kept = lines.SkipWhile(IsBlank).ToList();
        while (kept.Count > 0 && IsBlank(kept[^1]))
        {
            kept.RemoveAt(kept.Count - 1);
        }

        return string.Join('\n', kept);
    }

    private static bool IsBlank(string line) => Indent(line) == line.Length;

    private static int Indent(string line) => line.Length - line.AsSpan().TrimStart(" \t").Length;

    private string Whole(string value, int start)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(value[i]))
            {
                throw Fault(start, "The string holds half a surrogate pair");
            }
        }

        return value;
    }
}
