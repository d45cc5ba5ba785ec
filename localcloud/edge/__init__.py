"""The local edge: does on one machine what CloudFront and Route 53 do for this site."""
