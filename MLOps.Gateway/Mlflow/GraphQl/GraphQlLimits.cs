namespace MLOps.Gateway.Mlflow.GraphQl;

/// <summary>What a query may ask for. Depth and selections of the text are MLflow's; the others keep fragments from multiplying what the text does not show.</summary>
internal static class GraphQlLimits
{
    /// <summary>Characters of a query.</summary>
    public const int Text = 64 << 10;

    /// <summary>Bytes of a request.</summary>
    public const int Body = 1 << 20;

    /// <summary>Bytes of an answer.</summary>
    public const int Answer = 64 << 20;

    /// <summary>Levels of fields in an operation or a fragment.</summary>
    public const int Depth = 10;

    /// <summary>Levels of fields with the fragments in their places; the query with which tools read a schema has 14.</summary>
    public const int WholeDepth = 20;

    /// <summary>Fields, as written and again with the fragments in their places.</summary>
    public const int Selections = 1000;

    /// <summary>Lists and objects within each other in a value or a type.</summary>
    public const int Nesting = 20;

    /// <summary>Errors of an answer, and characters of one.</summary>
    public const int Errors = 100;

    public const int ErrorLength = 1000;
}
