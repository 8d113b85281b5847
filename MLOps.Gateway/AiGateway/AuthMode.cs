namespace MLOps.Gateway.AiGateway;

/// <summary>One way to authenticate with a provider.</summary>
internal sealed record AuthMode(string Mode, string DisplayName, string Description, params IReadOnlyList<AuthField> Fields);

/// <param name="Name">As the providers' client libraries call it.</param>
internal sealed record AuthField(string Name, string Description, bool IsSecret, bool IsRequired, string? Default = null);
