namespace MLOps.Architecture.Tests.Configuration;

/// <summary>One line of the table of settings.</summary>
/// <param name="Variable">The environment variable; with <c>*</c> where a name is the operator's.</param>
/// <param name="Also">Other variables that are taken when this one is not set.</param>
internal sealed record Setting(string Variable, IReadOnlyList<string> Also, string Default, string Effect);
