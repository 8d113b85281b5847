using System.Reflection;
using System.Reflection.Emit;

namespace MLOps.Models.Tests.Native;

/// <summary>One instruction of a compiled method, and the method that it calls, if it calls one.</summary>
internal readonly record struct CompiledStep(OpCode Code, MethodBase? Callee)
{
    private const byte TwoBytes = 0xFE;

    private static readonly Dictionary<ushort, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (ushort)code.Value);

    /// <summary>Whether what is on the stack goes into a variable.</summary>
    public bool Stores => Code.Name!.StartsWith("stloc", StringComparison.Ordinal) || Code == OpCodes.Stfld;

    /// <summary>Empty: an interface's, an abstract or a native method.</summary>
    public static IReadOnlyList<CompiledStep> Of(MethodBase method)
    {
        var content = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var steps = new List<CompiledStep>();
        for (var at = 0; at < content.Length;)
        {
            var code = content[at] == TwoBytes ? Codes[(ushort)((TwoBytes << 8) | content[at + 1])] : Codes[content[at]];
            at += code.Size;
            steps.Add(new CompiledStep(code, code.OperandType == OperandType.InlineMethod ? Called(method, BitConverter.ToInt32(content, at)) : null));
            at += OperandSize(code, content, at);
        }

        return steps;
    }

    private static MethodBase? Called(MethodBase method, int token) => method.Module.ResolveMethod(
        token,
        method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
        method.IsGenericMethodDefinition ? method.GetGenericArguments() : null);

    private static int OperandSize(OpCode code, byte[] content, int at) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(content, at)),
        _ => 4,
    };
}
