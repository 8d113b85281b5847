namespace MLOps.Testing;

/// <summary>Programs that tests need beyond the .NET SDK. Without them a developer's tests are skipped and say why; CI's fail, since nobody reads what CI skips.</summary>
public static class Tools
{
    private const string Required = "MLOPS_TEST_TOOLS_REQUIRED";

    /// <param name="reason">What is missing; null: nothing.</param>
    /// <returns>The same.</returns>
    /// <exception cref="InvalidOperationException">Something is missing where the variable is set.</exception>
    public static string? Missing(string? reason) => reason is not null && Environment.GetEnvironmentVariable(Required) is { Length: > 0 }
        ? throw new InvalidOperationException($"{reason}. The test fails because {Required} is set; without it, it is skipped.")
        : reason;
}
