using System.Text.Json.Nodes;
using MLOps.Gateway.Mlflow.GraphQl.Types;

namespace MLOps.Gateway.Mlflow.GraphQl.Execution;

/// <summary>A field to answer. Planned once, however many objects have it.</summary>
/// <param name="Key">The answer's name of it.</param>
/// <param name="Inner">What is asked of the objects that it holds; empty for texts and numbers.</param>
internal sealed record PlannedField(string Key, Field Field, JsonObject Arguments, IReadOnlyList<PlannedField> Inner);
