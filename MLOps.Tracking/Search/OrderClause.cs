using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Search;

/// <summary>One entry of <c>order_by</c>.</summary>
internal readonly record struct OrderClause(SearchKey Key, bool Ascending)
{
    public string Direction => Ascending ? "ASC" : "DESC";

    /// <summary><c>metrics.`a b` DESC</c>; ascending when it does not say.</summary>
    public static OrderClause Parse(string text, Func<string, SearchEntity> entity)
    {
        List<FilterToken> tokens;
        try
        {
            tokens = FilterTokenizer.Tokenize(text);
        }
        catch (MLOpsException)
        {
            throw Unparsable(text);
        }

        if (tokens.Count is 0 or > 2 || tokens[0].Kind is not (FilterTokenKind.Word or FilterTokenKind.Text) || tokens[0].Text.Contains(','))
        {
            throw Unparsable(text);
        }

        var ascending = true;
        if (tokens.Count == 2)
        {
            ascending = tokens[1].Is("ASC") || (tokens[1].Is("DESC")
                ? false
                : throw FilterTokenizer.Invalid($"Invalid ordering key in order_by clause '{text}'."));
        }

        return new OrderClause(FilterParser.Identifier(tokens[0].Text, entity), ascending);
    }

    private static MLOpsException Unparsable(string text) => FilterTokenizer.Invalid($"Invalid order_by clause '{text}'. Could not be parsed.");
}
