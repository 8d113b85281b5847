namespace MLOps.Gateway.Mlflow.GraphQl.Syntax;

internal enum TokenKind
{
    End,

    /// <summary>One of <c>! $ &amp; ( ) ... : = @ [ ] { | }</c>.</summary>
    Punctuator,
    Name,
    Int,
    Float,
    String,
}
