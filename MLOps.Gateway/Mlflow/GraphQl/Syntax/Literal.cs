using System.Text.Encodings.Web;
using System.Text.Json;

namespace MLOps.Gateway.Mlflow.GraphQl.Syntax;

/// <summary>A value as it is written. Printed as GraphQL: two with the same print are the same value.</summary>
internal abstract record Literal;

internal sealed record VariableLiteral(string Name) : Literal
{
    public override string ToString() => "$" + Name;
}

internal sealed record IntLiteral(string Text) : Literal
{
    public override string ToString() => Text;
}

internal sealed record FloatLiteral(string Text) : Literal
{
    public override string ToString() => Text;
}

internal sealed record StringLiteral(string Text) : Literal
{
    private static readonly JavaScriptEncoder Plain = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public override string ToString() => $"\"{JsonEncodedText.Encode(Text, Plain)}\"";
}

internal sealed record BooleanLiteral(bool Value) : Literal
{
    public override string ToString() => Value ? "true" : "false";
}

internal sealed record NullLiteral : Literal
{
    public override string ToString() => "null";
}

internal sealed record EnumLiteral(string Name) : Literal
{
    public override string ToString() => Name;
}

internal sealed record ListLiteral(IReadOnlyList<Literal> Items) : Literal
{
    public override string ToString() => $"[{string.Join(", ", Items)}]";
}

internal sealed record ObjectLiteral(IReadOnlyList<Argument> Fields) : Literal
{
    public override string ToString() => $"{{{string.Join(", ", Fields.OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => $"{field.Name}: {field.Value}"))}}}";
}
