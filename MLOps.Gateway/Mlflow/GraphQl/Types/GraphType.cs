namespace MLOps.Gateway.Mlflow.GraphQl.Types;

/// <summary>A type of the schema. The schema has no interfaces and no unions: what a field answers is known from its type.</summary>
internal abstract class GraphType
{
    /// <summary>The type without lists and exclamation marks.</summary>
    public abstract NamedType Named { get; }
}

internal abstract class NamedType(string name) : GraphType
{
    public string Name { get; } = name;

    public sealed override NamedType Named => this;

    public sealed override string ToString() => Name;
}

internal sealed class ListType(GraphType item) : GraphType
{
    public GraphType Item { get; } = item;

    public override NamedType Named => Item.Named;

    public override string ToString() => $"[{Item}]";
}

internal sealed class RequiredType(GraphType inner) : GraphType
{
    public GraphType Inner { get; } = inner;

    public override NamedType Named => Inner.Named;

    public override string ToString() => $"{Inner}!";
}

internal sealed class EnumType(string name, params string[] values) : NamedType(name)
{
    public IReadOnlyList<string> Values { get; } = values;
}

internal sealed class InputType(string name, params InputField[] fields) : NamedType(name)
{
    public IReadOnlyList<InputField> Fields { get; } = fields;
}

/// <summary>An argument, or a field of an input object.</summary>
internal sealed record InputField(string Name, GraphType Type);

internal sealed class ObjectType(string name, Func<IReadOnlyList<Field>> fields) : NamedType(name)
{
    private readonly Lazy<Dictionary<string, Field>> _fields = new(() => fields().ToDictionary(field => field.Name));

    public IReadOnlyCollection<Field> Fields => _fields.Value.Values;

    public Field? Find(string name) => _fields.Value.GetValueOrDefault(name);
}
