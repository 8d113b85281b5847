namespace MLOps.Gateway.Access;

/// <summary>Why a caller is not let in.</summary>
/// <param name="Status">401: it may come again with credentials; 403: it may not.</param>
/// <param name="ErrorCode">The same in MLflow's vocabulary.</param>
internal sealed record AccessRefusal(int Status, string ErrorCode, string Message);
