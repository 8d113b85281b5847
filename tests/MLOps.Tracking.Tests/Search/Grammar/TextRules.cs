using System.Text;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Tests.Search.Grammar;

/// <summary>Where the two databases read LIKE and ILIKE differently, with MLflow as with us: in PostgreSQL a backslash takes a wildcard's meaning,
/// and letters of all alphabets are the same in both cases; in SQLite a backslash is a character like any other, and only ASCII has two cases.</summary>
internal sealed record TextRules(bool HasEscapes, bool FoldsAllLetters)
{
    public static TextRules Of(SqlDialect dialect) => dialect == SqlDialect.Postgres ? new(true, true) : new(false, false);

    public bool Like(string text, string pattern) => Like([.. text.EnumerateRunes()], [.. pattern.EnumerateRunes()]);

    public bool ILike(string text, string pattern) => Like(Fold(text), Fold(pattern));

    private bool Like(ReadOnlySpan<Rune> text, ReadOnlySpan<Rune> pattern)
    {
        if (pattern.IsEmpty)
        {
            return text.IsEmpty;
        }

        if (pattern[0].Value == '%')
        {
            return Like(text, pattern[1..]) || (!text.IsEmpty && Like(text[1..], pattern));
        }

        var isLiteral = HasEscapes && pattern[0].Value == '\\';
        var first = isLiteral ? pattern[1] : pattern[0];
        return !text.IsEmpty && ((!isLiteral && first.Value == '_') || first == text[0]) && Like(text[1..], pattern[(isLiteral ? 2 : 1)..]);
    }

    private Rune[] Fold(string text) => [.. text.EnumerateRunes().Select(rune => FoldsAllLetters || rune.IsAscii ? Rune.ToLowerInvariant(rune) : rune)];
}
