using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Search;

/// <summary>MLflow's filter grammar: comparisons joined by AND, the identifier on the left.</summary>
internal static class FilterParser
{
    private const int MaxClauses = 256;

    /// <param name="filter">Null or blank: no clauses.</param>
    /// <param name="entity">Names the entity of an identifier's first part; throws for an unknown one.</param>
    public static List<Comparison> Parse(string? filter, Func<string, SearchEntity> entity)
    {
        var clauses = new List<Comparison>();
        if (string.IsNullOrWhiteSpace(filter))
        {
            return clauses;
        }

        var tokens = FilterTokenizer.Tokenize(filter);
        for (var at = 0; at < tokens.Count;)
        {
            clauses.Add(Clause(tokens, ref at, entity));
            if (clauses.Count > MaxClauses)
            {
                throw FilterTokenizer.Invalid($"The filter string has more than {MaxClauses} clauses.");
            }

            if (at == tokens.Count)
            {
                break;
            }

            if (!tokens[at].Is("AND") || at + 1 == tokens.Count)
            {
                throw FilterTokenizer.Invalid($"Invalid clause(s) in filter string: '{tokens[at].Text}'");
            }

            at++;
        }

        return clauses;
    }

    /// <summary><c>metrics.`a b`</c> and <c>`metrics`.`a b`</c> → (Metric, <c>a b</c>); without a known first part the whole is an attribute.</summary>
    public static SearchKey Identifier(string word, Func<string, SearchEntity> entity)
    {
        var dot = word[0] switch
        {
            '"' => -1,
            '`' when word.IndexOf("`.", 1, StringComparison.Ordinal) is >= 0 and var end => end + 1,
            '`' => -1,
            _ => word.IndexOf('.', StringComparison.Ordinal),
        };
        return dot < 0 ? new SearchKey(SearchEntity.Attribute, Unquoted(word)) : new SearchKey(entity(Unquoted(word[..dot])), Unquoted(word[(dot + 1)..]));
    }

    /// <summary>A quoted value without its quotes.</summary>
    public static string Text(FilterToken token, string what)
    {
        if (token.Kind == FilterTokenKind.Text)
        {
            return Unquoted(token.Text);
        }

        throw FilterTokenizer.Invalid(token.Kind == FilterTokenKind.Word
            ? $"Parameter value is either not quoted or unidentified quote types used for string value {token.Text}. Use either single or double quotes."
            : $"Expected a quoted string value for {what} (e.g. 'my-value'). Got value {token.Text}");
    }

    /// <summary><c>('a', 'b')</c> → a, b.</summary>
    public static List<string> TextList(FilterToken token)
    {
        if (token.Kind != FilterTokenKind.List)
        {
            throw FilterTokenizer.Invalid($"Expected a list of quoted strings, for example ('a', 'b'). Got {token.Text}");
        }

        var values = new List<string>();
        var expectValue = true;
        foreach (var part in FilterTokenizer.Tokenize(token.Text[1..^1].Replace(",", " , ", StringComparison.Ordinal)))
        {
            if (part.Text == "," && !expectValue)
            {
                expectValue = true;
            }
            else if (part.Kind == FilterTokenKind.Text && expectValue)
            {
                values.Add(Unquoted(part.Text).Replace(" , ", ",", StringComparison.Ordinal));
                expectValue = false;
            }
            else
            {
                throw FilterTokenizer.Invalid($"While parsing a list in the query, expected string value, punctuation, or whitespace, but got different type in list: {token.Text}");
            }
        }

        return values.Count > 0
            ? values
            : throw FilterTokenizer.Invalid("While parsing a list in the query, expected a non-empty list of string values, but got empty list");
    }

    private static Comparison Clause(List<FilterToken> tokens, ref int at, Func<string, SearchEntity> entity)
    {
        var start = at;
        var left = tokens[at++];
        if (left.Kind == FilterTokenKind.List || left.Is("NOT") || left.Is("OR") || left.Is("AND"))
        {
            throw FilterTokenizer.Invalid($"Invalid clause(s) in filter string: '{left.Text}'");
        }

        // An identifier with a double-quoted key is cut as one word; a bare "..." on the left is an identifier as well.
        if (left.Kind is FilterTokenKind.Number || (left.Kind is FilterTokenKind.Text && left.Text[0] == '\''))
        {
            throw FilterTokenizer.Invalid($"Invalid comparison clause. Expected 'Identifier' found '{left.Text}'");
        }

        var comparator = Comparator(tokens, ref at) ?? throw Malformed(tokens, start);
        var key = Identifier(left.Text, entity);
        if (comparator is "IS NULL" or "IS NOT NULL")
        {
            return new Comparison(key, comparator, null);
        }

        return at < tokens.Count ? new Comparison(key, comparator, tokens[at++]) : throw Malformed(tokens, start);
    }

    private static string? Comparator(List<FilterToken> tokens, ref int at)
    {
        if (at == tokens.Count)
        {
            return null;
        }

        var token = tokens[at++];
        if (token.Kind == FilterTokenKind.Comparator)
        {
            return token.Text;
        }

        if (token.Is("LIKE") || token.Is("ILIKE") || token.Is("RLIKE") || token.Is("IN"))
        {
            return token.Text.ToUpperInvariant();
        }

        if (token.Is("NOT") && at < tokens.Count && tokens[at].Is("IN"))
        {
            at++;
            return "NOT IN";
        }

        if (token.Is("IS") && at < tokens.Count && tokens[at].Is("NULL"))
        {
            at++;
            return "IS NULL";
        }

        if (token.Is("IS") && at + 1 < tokens.Count && tokens[at].Is("NOT") && tokens[at + 1].Is("NULL"))
        {
            at += 2;
            return "IS NOT NULL";
        }

        return null;
    }

    private static MLOpsException Malformed(List<FilterToken> tokens, int start) =>
        FilterTokenizer.Invalid($"Invalid clause(s) in filter string: {string.Join(", ", tokens.Skip(start).Take(3).Select(token => $"'{token.Text}'"))}");

    private static string Unquoted(string text)
    {
        if (text.Length < 2 || text[0] is not ('`' or '"' or '\'') || text[^1] != text[0])
        {
            return text;
        }

        var quote = text[0].ToString();
        return text[1..^1].Replace(quote + quote, quote, StringComparison.Ordinal);
    }
}
