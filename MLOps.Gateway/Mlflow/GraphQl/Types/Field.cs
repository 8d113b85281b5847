using System.Text.Json.Nodes;

namespace MLOps.Gateway.Mlflow.GraphQl.Types;

/// <summary>A field of an object: how it is named, what it takes, and where its value comes from.</summary>
internal sealed record Field(string Name, GraphType Type)
{
    /// <summary>Where an answer has its call's error.</summary>
    public const string ApiError = "apiError";

    public IReadOnlyList<InputField> Arguments { get; init; } = [];

    /// <summary>Its value from the object; what needs a store has <see cref="Resolve"/> instead.</summary>
    public Func<object, object?>? Read { get; init; }

    public Func<Resolution, Task<object?>>? Resolve { get; init; }

    /// <summary>A field that the object has at hand.</summary>
    public static Field Of<T>(string name, GraphType type, Func<T, object?> read) => new(name, type) { Read = source => read((T)source) };
}

/// <param name="Context">The request.</param>
/// <param name="Source">The object that the field is of; null for the fields of the root.</param>
/// <param name="Arguments">Those given.</param>
internal sealed record Resolution(GraphQlContext Context, object? Source, JsonObject Arguments);
