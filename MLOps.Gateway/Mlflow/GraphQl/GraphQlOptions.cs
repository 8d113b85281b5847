namespace MLOps.Gateway.Mlflow.GraphQl;

/// <summary>What one request to <c>/graphql</c> may ask for.</summary>
public sealed class GraphQlOptions
{
    public const string SectionName = "MLOps:Gateway:GraphQl";

    internal const string RootFieldsVariable = "MLFLOW_SERVER_GRAPHQL_MAX_ROOT_FIELDS";
    internal const string AliasesVariable = "MLFLOW_SERVER_GRAPHQL_MAX_ALIASES";

    /// <summary>Calls that a query may stand for: its fields at the top. Falls back to MLFLOW_SERVER_GRAPHQL_MAX_ROOT_FIELDS. Default: 10.</summary>
    public int? MaxRootFields { get; set; }

    /// <summary>Fields of one object that may have another name. Falls back to MLFLOW_SERVER_GRAPHQL_MAX_ALIASES. Default: 10.</summary>
    public int? MaxAliases { get; set; }

    internal int RootFields => MaxRootFields ?? 10;

    internal int Aliases => MaxAliases ?? 10;
}
