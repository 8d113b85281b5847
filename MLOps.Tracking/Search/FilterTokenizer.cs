using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Search;

/// <summary>Cuts a filter string into tokens, in one pass and without backtracking.</summary>
internal static class FilterTokenizer
{
    private const int MaxLength = 100_000;

    public static List<FilterToken> Tokenize(string filter)
    {
        if (filter.Length > MaxLength)
        {
            throw Invalid($"The filter string has {filter.Length} characters: at most {MaxLength} are accepted.");
        }

        var tokens = new List<FilterToken>();
        var at = 0;
        while (at < filter.Length)
        {
            var c = filter[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
                continue;
            }

            var start = at;
            FilterTokenKind kind;
            if (c is '\'' or '"')
            {
                at = Quoted(filter, at);
                kind = FilterTokenKind.Text;
            }
            else if (c is '=' or '<' or '>' or '!')
            {
                while (at < filter.Length && filter[at] is '=' or '<' or '>' or '!')
                {
                    at++;
                }

                kind = FilterTokenKind.Comparator;
            }
            else if (c == '(')
            {
                at = Parenthesised(filter, at);
                kind = FilterTokenKind.List;
            }
            else if (c == ';')
            {
                if (filter[(at + 1)..].Trim().Length > 0)
                {
                    throw Invalid($"Search filter contained multiple expression '{filter}'. Provide AND-ed expression list.");
                }

                break;
            }
            else
            {
                at = Word(filter, at);
                kind = IsNumber(filter[start..at]) ? FilterTokenKind.Number : FilterTokenKind.Word;
            }

            tokens.Add(new FilterToken(kind, filter[start..at]));
        }

        return tokens;
    }

    public static MLOpsException Invalid(string message) => new(ProblemCode.InvalidArgument, message);

    private static int Word(string filter, int at)
    {
        while (at < filter.Length && !char.IsWhiteSpace(filter[at]) && filter[at] is not ('=' or '<' or '>' or '!' or '(' or ')' or ';' or '\''))
        {
            at = filter[at] is '`' or '"' ? Quoted(filter, at) : at + 1;
        }

        return at < filter.Length && filter[at] is ')' ? throw Invalid($"Invalid clause(s) in filter string: ')' at position {at}") : at;
    }

    /// <summary>To behind the closing quote; a doubled quote inside stands for itself.</summary>
    private static int Quoted(string filter, int at)
    {
        var quote = filter[at];
        for (var i = at + 1; i < filter.Length; i++)
        {
            if (filter[i] != quote)
            {
                continue;
            }

            if (i + 1 < filter.Length && filter[i + 1] == quote)
            {
                i++;
                continue;
            }

            return i + 1;
        }

        throw Invalid($"Invalid clause(s) in filter string: unclosed {quote} at position {at}");
    }

    private static int Parenthesised(string filter, int at)
    {
        var depth = 0;
        for (var i = at; i < filter.Length; i++)
        {
            switch (filter[i])
            {
                case '(':
                    depth++;
                    break;
                case ')' when --depth == 0:
                    return i + 1;
                case '\'' or '"':
                    i = Quoted(filter, i) - 1;
                    break;
                default:
                    break;
            }
        }

        throw Invalid($"Invalid clause(s) in filter string: unclosed ( at position {at}");
    }

    private static bool IsNumber(string text) => FilterNumber.TryParse(text, out _);
}
