using System.Text.Json;

namespace MLOps.Gateway.Mlflow.GraphQl.Types;

/// <summary>A variable's value as MLflow's messages show it: as Python prints it.</summary>
internal static class PythonText
{
    private const int Shown = 200;

    public static string Of(JsonElement value)
    {
        var text = Print(value);
        return text.Length <= Shown ? text : text[..Shown] + "…";
    }

    private static string Print(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(", ", value.EnumerateObject().Take(Shown).Select(member => $"'{InputReader.NameOf(member)}': {Print(member.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Take(Shown).Select(Print))}]",
        JsonValueKind.String => $"'{MlflowRequest.Unicode(value)}'",
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Null or JsonValueKind.Undefined => "None",
        _ => value.GetRawText(),
    };
}
