using System.Reflection;
using TorchSharp;

namespace MLOps.Models.Tests.Native;

/// <summary>Finds, in what the compiler made, the numbers that are handed to libtorch while nobody holds them: a garbage collection at the wrong moment frees them, and libtorch reads what lies there then.
/// A number is held where it goes into a variable that is disposed of.</summary>
internal static class UnheldScalars
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>TorchSharp's own methods that do so, by themselves or by one that they call.</summary>
    private static readonly Lazy<HashSet<MethodBase>> Library = new(OfTheLibrary);

    /// <returns>Each place: the method, and what it makes or calls.</returns>
    public static IReadOnlyList<string> In(Assembly assembly) =>
    [
        .. from method in Methods(assembly)
           let steps = CompiledStep.Of(method)
           from what in (IEnumerable<string>)[.. Calls(steps).Where(IsUnheld).Select(called => $"calls {called}"), .. Makes(steps) ? ["makes a Scalar"] : (string[])[]]
           select $"{method.DeclaringType}.{method.Name} {what}",
    ];

    public static bool IsUnheld(MethodBase method) => Library.Value.Contains(Definition(method));

    private static HashSet<MethodBase> OfTheLibrary()
    {
        var steps = Methods(typeof(torch).Assembly).Where(method => !Gives(method)).ToDictionary(method => method, CompiledStep.Of);
        var found = steps.Where(method => Makes(method.Value)).Select(method => method.Key).ToHashSet();
        for (var before = -1; before < found.Count;)
        {
            before = found.Count;
            found.UnionWith(steps.Where(method => Calls(method.Value).Any(called => found.Contains(Definition(called)))).Select(method => method.Key).ToArray());
        }

        return found;
    }

    /// <summary>Of a class and what the compiler nests in it: lambdas, iterators.</summary>
    private static IEnumerable<MethodBase> Methods(Assembly assembly) =>
        assembly.GetTypes().SelectMany(type => type.GetMethods(Own).Concat<MethodBase>(type.GetConstructors(Own)));

    private static IEnumerable<MethodBase> Calls(IReadOnlyList<CompiledStep> steps) => steps.Select(step => step.Callee).OfType<MethodBase>();

    private static bool Makes(IReadOnlyList<CompiledStep> steps) =>
        steps.Index().Any(step => step.Item.Callee is { } called && Gives(called) && !(steps[step.Index + 1].Stores && Calls(steps).Any(other => other.Name == nameof(IDisposable.Dispose))));

    /// <summary>Whether it gives a new number: conversions and the constructor.</summary>
    private static bool Gives(MethodBase method) =>
        (method is ConstructorInfo && method.DeclaringType == typeof(Scalar)) || (method is MethodInfo { IsStatic: true } conversion && conversion.ReturnType == typeof(Scalar));

    private static MethodBase Definition(MethodBase method) => method is MethodInfo { IsGenericMethod: true } generic ? generic.GetGenericMethodDefinition() : method;
}
