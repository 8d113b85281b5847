namespace MLOps.Gateway.Mlflow.GraphQl;

/// <summary>A query that is refused: its message goes into the answer's <c>errors</c>.</summary>
internal sealed class GraphQlException(string message) : Exception(message);
