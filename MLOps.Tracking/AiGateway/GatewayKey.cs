using MLOps.Contracts.Problems;

namespace MLOps.Tracking.AiGateway;

/// <summary>One of a secret, a model or an endpoint: by its id or by its name.</summary>
public readonly record struct GatewayKey
{
    private GatewayKey(string value, bool isName)
    {
        Value = value;
        IsName = isName;
    }

    public string Value { get; }

    public bool IsName { get; }

    public static GatewayKey Id(string id) => new(id, isName: false);

    public static GatewayKey Name(string name) => new(name, isName: true);

    /// <exception cref="MLOpsException">InvalidArgument: both or neither is given.</exception>
    public static GatewayKey Of(string idName, string? id, string nameName, string? name) => (id, name) switch
    {
        ({ } given, null) => Id(given),
        (null, { } given) => Name(given),
        _ => throw new MLOpsException(ProblemCode.InvalidArgument, $"Exactly one of {idName} or {nameName} must be provided"),
    };
}
