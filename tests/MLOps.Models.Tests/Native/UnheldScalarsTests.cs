using System.Reflection;
using MLOps.Models.Catalog;
using TorchSharp;

namespace MLOps.Models.Tests.Native;

/// <summary>A number freed under libtorch shows once in thousands of steps, as an exception or as a wrong figure: so the code is looked at instead.</summary>
public sealed class UnheldScalarsTests
{
    public static TheoryData<Assembly> Assemblies => [typeof(ModelCatalog).Assembly, typeof(UnheldScalarsTests).Assembly];

    [Theory]
    [MemberData(nameof(Assemblies), DisableDiscoveryEnumeration = true)]
    public void In_ModelsAndTheirTests_AreNone(Assembly assembly)
    {
        var found = UnheldScalars.In(assembly);
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    /// <summary>That the search finds something: the sum of two tensors multiplies the second by a number of its own, the product does not.</summary>
    [Fact]
    public void IsUnheld_OfTheLibrary_TellsThemApart()
    {
        Assert.True(UnheldScalars.IsUnheld(Operator("op_Addition", typeof(torch.Tensor), typeof(torch.Tensor))));
        Assert.True(UnheldScalars.IsUnheld(typeof(torch.Tensor).GetMethod(nameof(torch.Tensor.square), [])!));
        Assert.False(UnheldScalars.IsUnheld(Operator("op_Multiply", typeof(torch.Tensor), typeof(torch.Tensor))));
        Assert.False(UnheldScalars.IsUnheld(Operator("op_Subtraction", typeof(torch.Tensor), typeof(torch.Tensor))));
    }

    private static MethodInfo Operator(string name, params Type[] operands) => typeof(torch.Tensor).GetMethod(name, operands)!;
}
