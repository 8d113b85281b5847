namespace MLOps.Gateway.Mlflow.GraphQl.Syntax;

/// <summary>A text that is no GraphQL.</summary>
internal sealed class SyntaxException(string message) : Exception(message)
{
    /// <param name="text">The query.</param>
    /// <param name="position">Where in it.</param>
    /// <param name="what">What is wrong there.</param>
    public static SyntaxException At(string text, int position, string what)
    {
        var before = text.AsSpan(0, Math.Min(position, text.Length));
        var line = before.Count('\n') + 1;
        var column = before.Length - (before.LastIndexOf('\n') + 1) + 1;
        return new SyntaxException($"Syntax Error: {what} (line {line}, column {column}).");
    }
}
